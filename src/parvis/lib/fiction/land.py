"""The ground: seven municipalities drawn on a lattice of lots, bent a little, as surveyors left them.

The lattice is 1,600 m a side, the depth of a range of lots: boundaries follow its lines, ranges run along its rows.
Plane coordinates are metres east and north of a fictional origin.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from .noise import Array, plane_noise, stream

LATITUDE, LONGITUDE = 45.8, -71.9
METRES_A_DEGREE = 111_195.0
CELL = 1600.0
TURN = math.radians(-31.0)

LAYOUT = """
......OOOOO.....LLLL...
....OOOOOOOAAA.LLLLLL..
..OOOOOOOOAAAALLLLLLLL.
..OOOOOOOAAAAALLLLLLLL.
.GGGOOOOVVVAAAAALLLLLL.
GGGGGVVVVVVVAAAAAAALL..
GGGGGVVVVVVVVRAAAAAAAA.
.GGGVVVVVVVVRRRRAAAAAA.
..NNNVVVVVVRRRRRRRRAAA.
..NNNNNVVVVRRRRRRRRRR..
.NNNNNNNNVRRRRRRRRRRR..
..NNNNNNNNNRRRRRRRRRR..
...NNNNNNNNN.RRRRRRR...
.....NNNNN....RRRR.....
""".strip().splitlines()


@dataclass(frozen=True)
class TownSpec:
    """What is decided about a municipality before anything is drawn. ``seat`` is (column, row) on the lattice."""

    letter: str
    slug: str
    name: str
    designation: str
    gentile: tuple[str, str]
    population: int
    seat: tuple[float, float]
    districts: int
    founded: int


TOWNS = (
    TownSpec("V", "val-des-pins", "Val-des-Pins", "ville", ("Valpinois", "Valpinoise"), 6906, (9.0, 6.05), 6, 1862),
    TownSpec("R", "riviere-aux-aulnes", "Rivière-aux-Aulnes", "ville", ("Aulnois", "Aulnoise"), 4036, (14.9, 8.65), 6,
             1871),
    TownSpec("O", "saint-ozias", "Saint-Ozias", "municipalité", ("Oziassois", "Oziassoise"), 1409, (6.6, 2.3), 4, 1884),
    TownSpec("A", "ashbourne", "Ashbourne", "canton", ("Ashbournois", "Ashbournoise"), 934, (14.9, 5.05), 3, 1855),
    TownSpec("N", "notre-dame-de-lerabliere", "Notre-Dame-de-l'Érablière", "paroisse", ("Érablérois", "Érabléroise"),
             514, (6.8, 10.9), 0, 1898),
    TownSpec("L", "lac-aux-huards", "Lac-aux-Huards", "municipalité", ("Huardois", "Huardoise"), 513, (17.0, 3.1), 0,
             1921),
    TownSpec("G", "grand-detour", "Grand-Détour", "village", ("Détourois", "Détouroise"), 214, (2.6, 5.85), 0, 1907),
)  # fmt: skip


@dataclass(frozen=True)
class Land:
    """The lattice and what it carries: ``towns`` by slug, the whole ``mrc``, and the map from lattice to plane."""

    seed: int
    towns: dict[str, BaseGeometry]
    mrc: BaseGeometry

    def plane(self, column: Array | float, row: Array | float) -> Array:
        """Metres (n, 2) for lattice coordinates."""
        return _bend(self.seed, column, row)


def letter_at(column: int, row: int) -> str:
    """The letter of the municipality that owns a lattice cell, or an empty string outside the region."""
    if 0 <= row < len(LAYOUT) and 0 <= column < len(LAYOUT[row]) and LAYOUT[row][column] != ".":
        return LAYOUT[row][column]
    return ""


def to_degrees(points: Array) -> Array:
    """(longitude, latitude) in degrees, rounded to 1e-6 (0.1 m), for metres (n, 2) in the plane."""
    points = np.asarray(points, dtype=float).reshape(-1, 2)
    lon = LONGITUDE + points[:, 0] / (METRES_A_DEGREE * math.cos(math.radians(LATITUDE)))
    return np.round(np.column_stack([lon, LATITUDE + points[:, 1] / METRES_A_DEGREE]), 6)


def to_metres(points: Array) -> Array:
    """Metres (n, 2) in the plane for (longitude, latitude) in degrees."""
    points = np.asarray(points, dtype=float).reshape(-1, 2)
    x = (points[:, 0] - LONGITUDE) * METRES_A_DEGREE * math.cos(math.radians(LATITUDE))
    return np.column_stack([x, (points[:, 1] - LATITUDE) * METRES_A_DEGREE])


def make_land(seed: int) -> Land:
    """Draw the municipalities: lattice cells joined, small steps cut across, edges bent alike on both sides."""
    cells: dict[str, list[BaseGeometry]] = {town.letter: [] for town in TOWNS}
    for row, text in enumerate(LAYOUT):
        for column, letter in enumerate(text):
            if letter != ".":
                cells[letter].append(shapely.box(column, row, column + 1, row + 1))
    blocks = [shapely.union_all(cells[town.letter]) for town in TOWNS]
    # A step of one cell is half a cell in area: surveyors would have drawn it as one slanted line.
    drawn = shapely.coverage_simplify(blocks, 0.72)
    bent = [shapely.transform(shapely.segmentize(block, 0.25), lambda p: _edge(seed, p)) for block in drawn]
    towns = {town.slug: area for town, area in zip(TOWNS, bent, strict=True)}
    return Land(seed, towns, shapely.union_all(bent))


def _edge(seed: int, points: Array) -> Array:
    # Both neighbours cut an edge at the same points up to the last bit: rounding makes them equal.
    points = np.round(points, 6)
    return np.round(_bend(seed, points[:, 0], points[:, 1]), 1)


@cache
def _noises(seed: int) -> tuple[tuple, tuple]:
    wide = tuple(plane_noise(stream(seed, "bend", axis), 17_000) for axis in "uv")
    return wide, tuple(plane_noise(stream(seed, "shake", axis), 3_600) for axis in "uv")


def _bend(seed: int, column: Array | float, row: Array | float) -> Array:
    u = (np.asarray(column, dtype=float) - 11.4) * CELL
    v = (6.4 - np.asarray(row, dtype=float)) * CELL
    wide, near = _noises(seed)
    u, v = (u + 430 * wide[0](u, v) + 45 * near[0](u, v), v + 430 * wide[1](u, v) + 45 * near[1](u, v))
    x = u * math.cos(TURN) - v * math.sin(TURN)
    y = u * math.sin(TURN) + v * math.cos(TURN)
    return np.stack([x, y], axis=-1).reshape(-1, 2)
