"""Civic numbers along the streets, odd on the left, even on the right, close in the village, far apart outside."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from .land import Land
from .noise import Array, lengths, normals, stream
from .streets import Draft

PEOPLE_A_HOME = 2.3
VILLAGE_SHARE = ((500, 0.42), (1000, 0.52), (2000, 0.6), (5000, 0.72), (20_000, 0.8), (10**9, 0.94))
"""Part of the homes that stand in the village, by population below the first figure."""

PROMISED = (("val-des-pins", "rue Principale", 47),)
"""Addresses that stories and pictures speak of: they exist whatever the seed."""


@dataclass(frozen=True)
class Home:
    """An address before it gets its identifier: ``street`` is an index into the drafts, the point in plane metres."""

    street: int
    number: int
    x: float
    y: float


@dataclass
class _Slots:
    street: Array
    along: Array
    side: Array
    x: Array
    y: Array

    def take(self, keep: Array) -> _Slots:
        return _Slots(*(getattr(self, name)[keep] for name in ("street", "along", "side", "x", "y")))


def homes_wanted(population: int) -> int:
    """Number of civic addresses for a population: 2.3 people a home."""
    return max(1, round(population / PEOPLE_A_HOME))


def village_homes(population: int) -> int:
    """How many of them stand in the village."""
    share = next(part for limit, part in VILLAGE_SHARE if population < limit)
    return round(homes_wanted(population) * share)


def make_homes(land: Land, drafts: list[Draft], wet: BaseGeometry, population: dict[str, int]) -> list[Home]:
    """All addresses of the region, by street and number. ``wet`` is where nothing may stand."""
    shapely.prepare(wet)
    # Straight segments, not whole roads: what is near a house is then found among few.
    ends = np.vstack([np.hstack([piece[:-1], piece[1:]]) for draft in drafts for piece in draft.pieces])
    tree = shapely.STRtree(shapely.linestrings(ends.reshape(-1, 2, 2)))
    homes: list[Home] = []
    for slug, town in land.towns.items():
        area = town.buffer(-4)  # no house on the very line
        shapely.prepare(area)
        mine = [index for index, draft in enumerate(drafts) if draft.town == slug]
        urban = [i for i in mine if drafts[i].kind == "residential" or drafts[i].core]
        rural = [i for i in mine if drafts[i].kind != "residential" and not drafts[i].core]
        total, inner = homes_wanted(population[slug]), village_homes(population[slug])
        village = _choose(land, drafts, urban, inner, area, wet, tree, (26.0, 13.0), slug)
        country = _choose(land, drafts, rural, total - len(village.x), area, wet, tree, (95.0, 30.0), slug + "/rural")
        for slots in (village, country):
            homes.extend(_numbered(land.seed, drafts, slots))
    return _with_promised(drafts, homes)


def _choose(land, drafts, streets, wanted, area, wet, tree, pace, purpose) -> _Slots:
    """Slots tight enough to hold ``wanted`` homes, thinned to exactly that many."""
    step, setback = pace
    while True:
        slots = _slots(land, drafts, streets, step, setback, purpose)
        slots = slots.take(_buildable(slots, area, wet, tree, setback))
        if len(slots.x) >= wanted or step < 3:
            break
        step *= max(0.5, min(0.93, 0.97 * len(slots.x) / max(1, wanted)))
    rng = np.random.default_rng(stream(land.seed, "thin", purpose).getrandbits(64))
    keep = np.sort(rng.permutation(len(slots.x))[:wanted])
    return slots.take(keep)


def _slots(land: Land, drafts: list[Draft], streets: list[int], step: float, setback: float, purpose: str) -> _Slots:
    rng = np.random.default_rng(stream(land.seed, "slots", purpose).getrandbits(64))
    columns: list[tuple[Array, ...]] = []
    for index in streets:
        before = 0.0
        for piece in drafts[index].pieces:
            along = lengths(piece)
            pace = step * (2.4 if drafts[index].kind == "path" else 1.0)
            count = int((along[-1] - 2 * 17) / pace)
            if count > 0:
                for side in (1, -1):
                    at = 17 + (np.arange(count) + 0.5 + 0.5 * (rng.random(count) - 0.5)) * (along[-1] - 34) / count
                    off = side * setback * (0.9 + 0.35 * rng.random(count))
                    left = normals(piece)
                    x, y, nx, ny = (np.interp(at, along, v) for v in (*piece.T, *left.T))
                    size = np.maximum(np.hypot(nx, ny), 1e-6)
                    columns.append((np.full(count, index), at + before, np.full(count, side),
                                    x + off * nx / size, y + off * ny / size))  # fmt: skip
            before += along[-1] + 30
    if not columns:
        return _Slots(*(np.zeros(0) for _ in range(5)))
    street, along, sides, x, y = (np.concatenate(values) for values in zip(*columns, strict=True))
    return _Slots(street, along, sides, np.round(x, 1), np.round(y, 1))


def _buildable(slots: _Slots, area: BaseGeometry, wet: BaseGeometry, tree: shapely.STRtree, setback: float) -> Array:
    ok = shapely.contains_xy(area, slots.x, slots.y) & ~shapely.contains_xy(wet, slots.x, slots.y)
    at, _ = tree.query(shapely.points(slots.x, slots.y), predicate="dwithin", distance=setback * 0.72)
    ok[np.unique(at)] = False
    return ok


def _numbered(seed: int, drafts: list[Draft], slots: _Slots) -> list[Home]:
    homes = []
    order = np.lexsort((slots.side, slots.along, slots.street))
    state: dict[int, dict] = {}
    for i in order.tolist():
        street = int(slots.street[i])
        if street not in state:
            state[street] = _scale(seed, drafts[street])
        scale, odd = state[street], slots.side[i] > 0
        number = scale["base"] + 2 * int(slots.along[i] / scale["pitch"]) + (1 if odd else 2)
        number = max(number, scale[odd] + 2)
        scale[odd] = number
        homes.append(Home(street, number, float(slots.x[i]), float(slots.y[i])))
    return homes


def _with_promised(drafts: list[Draft], homes: list[Home]) -> list[Home]:
    """Give a promised number to the home whose own is nearest, on the same side: the order along the street holds."""
    for town, street, number in PROMISED:
        near = [
            (abs(home.number - number), index)
            for index, home in enumerate(homes)
            if (drafts[home.street].town, drafts[home.street].name) == (town, street)
            and (home.number - number) % 2 == 0
        ]
        if near:
            index = min(near)[1]
            homes[index] = replace(homes[index], number=number)
    return homes


def _scale(seed: int, draft: Draft) -> dict:
    rng = stream(seed, "numbers", draft.town, draft.name)
    if draft.name == "rue Principale":
        pitch, base = 26.0, 0
    elif draft.kind == "residential" or draft.core:
        pitch, base = rng.choice((7.0, 9.0, 12.0)), rng.choice((0, 0, 0, 100, 200))
    else:
        pitch, base = rng.choice((14.0, 20.0, 25.0)), rng.choice((0, 0, 100, 200, 400, 1000))
    return {"pitch": pitch, "base": base, True: base - 1, False: base}
