"""Water: three sources that meet in the valley and leave as one river, brooks, and three lakes."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry import LineString, Point, Polygon
from shapely.geometry.base import BaseGeometry

from .land import Land
from .noise import Array, lengths, line_noise, normals, spline, stream

# Name, widths in metres at source and mouth, meander in metres, points on the lattice from source to mouth.
RIVERS = (
    ("rivière des Trois-Sources", (34, 52), 95,
     ((11.3, 6.5), (10.2, 6.62), (9.2, 6.35), (8.2, 6.45), (7.0, 6.75), (5.7, 6.5), (4.5, 6.75), (3.6, 5.5),
      (2.6, 5.15), (1.75, 5.6), (1.9, 6.5), (0.9, 6.75), (-0.3, 5.9), (-1.4, 5.8))),
    ("rivière aux Huards", (9, 21), 80,
     ((17.25, 2.55), (16.5, 3.35), (15.7, 4.4), (14.6, 4.8), (13.5, 5.2), (12.5, 5.5), (11.3, 6.5))),
    ("rivière aux Aulnes", (5, 25), 95,
     ((22.3, 7.7), (20.6, 7.3), (18.9, 8.2), (17.2, 8.2), (15.8, 8.45), (14.3, 8.3), (13.1, 7.2), (12.2, 7.1),
      (11.3, 6.5))),
    ("rivière de l'Érablière", (4, 17), 85,
     ((8.9, 14.2), (8.2, 12.6), (7.25, 11.4), (7.7, 10.2), (8.9, 9.2), (9.4, 8.2), (9.9, 7.4), (10.2, 6.62))),
)  # fmt: skip
BROOKS = (
    ("ruisseau Ozias", ((7.6, 0.3), (6.9, 1.5), (6.25, 2.4), (6.3, 3.7), (5.6, 5.1), (5.7, 6.5))),
    ("ruisseau Beattie", ((13.1, 1.4), (12.4, 2.8), (12.9, 4.2), (12.5, 5.5))),
    ("ruisseau à l'Ours", ((19.4, 5.1), (18.1, 5.3), (16.9, 4.6), (15.7, 4.4))),
    ("ruisseau des Castors", ((19.9, 11.6), (18.6, 10.6), (17.6, 9.3), (17.2, 8.2))),
    ("ruisseau de la Dame", ((15.2, 13.3), (14.0, 11.7), (14.6, 10.2), (14.3, 8.3))),
    ("ruisseau Fourchu", ((3.2, 12.9), (4.2, 11.3), (5.6, 11.7), (7.25, 11.4))),
    ("ruisseau du Moulin", ((5.1, 9.2), (6.2, 8.4), (6.4, 7.5), (7.0, 6.75))),
    ("ruisseau McAuley", ((10.6, 2.6), (9.9, 3.9), (10.3, 5.1), (10.2, 6.62))),
    ("ruisseau aux Écrevisses", ((2.6, 2.6), (3.0, 3.9), (2.4, 4.6), (2.6, 5.15))),
    ("ruisseau Sauvage", ((2.2, 8.7), (3.0, 8.2), (2.4, 7.2), (1.9, 6.5))),
    ("ruisseau à Martel", ((11.9, 12.4), (11.0, 11.2), (10.1, 10.3), (8.9, 9.2))),
    ("ruisseau des Ormes", ((20.4, 3.6), (19.7, 2.9), (18.9, 2.4))),
    ("ruisseau Froid", ((21.5, 9.6), (20.5, 9.0), (19.7, 8.3), (18.9, 8.2))),
)
# Name, centre on the lattice, half length and half width in metres, turn in degrees.
LAKES = (
    ("lac aux Huards", (18.2, 1.95), 1550, 640, -58),
    ("lac Kelly", (20.5, 7.3), 620, 330, 20),
    ("lac à la Dame", (13.9, 11.75), 480, 260, -70),
)


@dataclass(frozen=True)
class Waters:
    """Centre lines by name, areas by name, all the water one must not build on, and what rivers need bridges."""

    rivers: dict[str, Array]
    brooks: dict[str, Array]
    spines: dict[str, Array]
    river_areas: dict[str, BaseGeometry]
    lakes: dict[str, Polygon]

    @property
    def river_area(self) -> BaseGeometry:
        """All rivers as one area."""
        return shapely.union_all(list(self.river_areas.values()))

    @property
    def lake_area(self) -> BaseGeometry:
        """All lakes as one area."""
        return shapely.union_all(list(self.lakes.values()))


def make_waters(land: Land) -> Waters:
    """Draw lakes, rivers with their meanders, and brooks, in plane metres."""
    lakes = {lake[0]: _lake(land, *lake) for lake in LAKES}
    rivers, areas, spines = {}, {}, {}
    for name, widths, swing, control in RIVERS:
        spines[name] = spline(land.plane(*np.array(control).T), 60)
        line = _meander(land.seed, name, spines[name], swing)
        rivers[name] = _leave_lakes(line, lakes)
        areas[name] = _ribbon(rivers[name], widths)
    brooks = {}
    for name, course in BROOKS:
        line = _meander(land.seed, name, spline(land.plane(*np.array(course).T), 40), 45)
        mouth = _nearest_bank(line[-1], rivers)
        line = line + np.linspace(0, 1, len(line))[:, None] ** 3 * (mouth - line[-1])
        brooks[name] = _leave_lakes(line, lakes)
    return Waters(rivers, brooks, spines, areas, lakes)


def _meander(seed: int, name: str, spine: Array, swing: float) -> Array:
    distance = lengths(spine)
    fine = np.arange(0, distance[-1], 22.0)
    line = np.column_stack([np.interp(fine, distance, spine[:, axis]) for axis in (0, 1)])
    loops = line_noise(stream(seed, "meander", name), 7.5 * swing + 120, 3)(fine)
    calm = 0.55 + 0.45 * line_noise(stream(seed, "calm", name), 5200, 3)(fine)
    taper = np.clip(np.minimum(fine, fine[-1] - fine) / 500, 0, 1)
    bent = line + normals(line) * (swing * loops * calm * taper)[:, None]
    return np.vstack([bent, spine[-1:]])


def _ribbon(line: Array, widths: tuple[float, float]) -> BaseGeometry:
    count = max(2, len(line) // 14)
    cuts = np.linspace(0, len(line) - 1, count + 1).astype(int)
    half = np.linspace(widths[0], widths[1], count) / 2
    parts = [LineString(line[a : b + 1]).buffer(r, 6) for a, b, r in zip(cuts, cuts[1:], half, strict=False) if b > a]
    return shapely.union_all(parts).buffer(12, 4).buffer(-12, 4).simplify(0.8)


def _lake(land: Land, name: str, centre, half_length: float, half_width: float, degrees: float) -> Polygon:
    rng = stream(land.seed, "lake", name)
    turns = np.linspace(0, 2 * math.pi, 160, endpoint=False)
    radius = np.ones_like(turns)
    for wave, strength in ((2, 0.10), (3, 0.13), (5, 0.08), (8, 0.045), (13, 0.02)):
        radius += strength * np.sin(wave * turns + 2 * math.pi * rng.random())
    x, y = half_length * radius * np.cos(turns), half_width * radius * np.sin(turns)
    turn = math.radians(degrees)
    points = np.column_stack([x * math.cos(turn) - y * math.sin(turn), x * math.sin(turn) + y * math.cos(turn)])
    return Polygon(points + land.plane(*centre)[0])


def _leave_lakes(line: Array, lakes: dict[str, Polygon]) -> Array:
    for lake in lakes.values():
        rest = LineString(line).difference(lake.buffer(-15))
        if rest.geom_type == "MultiLineString":
            rest = max(rest.geoms, key=lambda part: part.length)
        line = shapely.get_coordinates(rest)
    return line


def _nearest_bank(point: Array, rivers: dict[str, Array]) -> Array:
    lines = [LineString(line) for line in rivers.values()]
    nearest = min(lines, key=lambda line: line.distance(Point(point)))
    return shapely.get_coordinates(nearest.interpolate(nearest.project(Point(point))))[0]
