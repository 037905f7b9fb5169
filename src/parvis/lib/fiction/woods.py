"""Woods at the back of the lots, where nobody ploughs, and on the hills: the comb seen from any aeroplane."""

from __future__ import annotations

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from .land import LAYOUT, Land, letter_at
from .noise import plane_noise, stream
from .roads import HIGH_GROUND

LOT = 0.2


def make_woods(land: Land, clearings: BaseGeometry) -> BaseGeometry:
    """Wooded areas in plane metres, clear of villages and water."""
    rng = stream(land.seed, "woods")
    cover = plane_noise(stream(land.seed, "cover"), 4.2)
    strips = []
    for row in range(len(LAYOUT)):
        for lot in range(int(max(map(len, LAYOUT)) / LOT)):
            column = lot * LOT
            if not letter_at(int(column), row):
                continue
            for back, sign in ((row, 1), (row + 1, -1)):
                jitter = rng.random()
                wild = float(cover(np.array(column), np.array(back + 0.2 * sign)))
                depth = 0.2 + 0.2 * wild + 0.22 * (jitter - 0.5)
                if any((column - c) ** 2 + (row + 0.5 - r) ** 2 < (1.05 * size) ** 2 for c, r, size in HIGH_GROUND):
                    depth = 0.5
                if depth > 0.06 and jitter > 0.06:
                    edge = back + sign * round(min(depth, 0.46 if depth < 0.5 else 0.5), 2)
                    strips.append(shapely.box(column, min(back, edge), column + LOT, max(back, edge)))
    lots = shapely.segmentize(shapely.union_all(strips, grid_size=0.01), 0.3)
    woods = shapely.transform(lots, lambda p: np.round(land.plane(p[:, 0], p[:, 1]), 1))
    # Rounded corners: woods are not cut with a ruler.
    woods = shapely.make_valid(woods).buffer(-28, 3).buffer(52, 3).buffer(-24, 3)
    return shapely.simplify(woods.intersection(land.mrc).difference(clearings), 2.5)
