"""Country roads: provincial routes between villages, ranges along the lots, side roads, roads by the water."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import shapely
from shapely.geometry import LineString, Point
from shapely.geometry.base import BaseGeometry

from .land import LAYOUT, TOWNS, Land, letter_at
from .noise import Array, lengths, line_noise, normals, spline, stream
from .water import Waters

# Key, kind, points on the lattice. The seats of the municipalities are on them.
MAIN_ROADS = (
    ("286", "provincial", ((-0.9, 5.35), (0.9, 5.95), (2.6, 5.85), (3.7, 6.25), (5.2, 5.95), (7.2, 5.9), (9.0, 6.05),
                           (10.7, 6.05), (12.0, 7.5), (13.5, 8.3), (14.9, 8.65), (16.6, 9.0), (18.6, 9.45),
                           (20.4, 9.35), (22.6, 9.8))),
    ("294", "provincial", ((6.9, -0.9), (6.75, 0.7), (6.6, 2.3), (7.05, 3.7), (8.3, 4.8), (9.0, 6.05), (8.75, 7.5),
                           (7.9, 9.1), (6.8, 10.9), (7.0, 12.3), (6.6, 13.3), (7.0, 14.9))),
    ("lac", "collector", ((9.0, 6.05), (9.9, 5.3), (11.6, 4.85), (13.3, 4.65), (14.9, 5.05), (16.1, 4.25),
                          (17.0, 3.1), (16.9, 1.4), (17.6, 0.4), (17.6, -0.9))),
    ("monts", "collector", ((14.9, 5.05), (15.6, 6.3), (15.2, 7.5), (14.9, 8.65), (15.3, 10.2), (16.2, 11.9),
                            (16.2, 13.2), (16.0, 14.8))),
)  # fmt: skip
MAIN_STREET = {"V": "286", "R": "286", "G": "286", "O": "294", "N": "294", "A": "lac", "L": "lac"}
HIGH_GROUND = ((19.7, 5.6, 1.25), (19.3, 11.0, 1.1), (10.7, 1.9, 0.9), (2.7, 10.8, 0.8), (21.2, 1.9, 0.9))
"""Wooded hills without a road: column, row, radius in cells."""


@dataclass(frozen=True)
class RoadLine:
    """A road before it is cut at waters and boundaries: plane metres, its kind, and what its name will come from."""

    key: str
    kind: str
    points: Array
    village: str = ""

    @property
    def line(self) -> LineString:
        """The road as a Shapely line."""
        return LineString(self.points)


def make_country_roads(land: Land, waters: Waters, villages: BaseGeometry) -> list[RoadLine]:
    """All roads outside the villages, main roads first (these also cross the villages)."""
    main = [RoadLine(key, kind, spline(land.plane(*np.array(points).T), 45)) for key, kind, points in MAIN_ROADS]
    banks = _bank_roads(land, waters, main, villages) + _lake_roads(land, waters)
    taken = shapely.union_all([road.line for road in (*main, *banks)])
    blocked = shapely.union_all([villages.buffer(180), waters.lake_area.buffer(60)])
    lots = _ranges(land, taken, blocked) + _side_roads(land, taken, blocked)
    return _reach(land, waters, main + banks + lots)


def _bank_roads(land: Land, waters: Waters, main: list[RoadLine], villages: BaseGeometry) -> list[RoadLine]:
    near_main = shapely.union_all([road.line for road in main]).buffer(330)
    roads = []
    for name, spine in waters.spines.items():
        for side in (1, -1):
            distance = lengths(spine)
            wander = line_noise(stream(land.seed, "bank", name, side), 2300)(distance)
            line = LineString(spine + normals(spine) * (side * (265 + 70 * wander))[:, None]).simplify(4)
            free = line.difference(shapely.union_all([near_main, villages.buffer(150)])).intersection(land.mrc)
            free = free.difference(waters.river_area.buffer(45)).difference(waters.lake_area.buffer(70))
            for index, part in enumerate(shapely.get_parts(free)):
                keep = stream(land.seed, "bank", name, side, index).random() < 0.62
                if part.length > 1500 and keep:
                    roads.append(RoadLine(f"bank:{name}:{side}:{index}", "rural", _smooth(part)))
    return roads


def _lake_roads(land: Land, waters: Waters) -> list[RoadLine]:
    roads = []
    for name, lake in waters.lakes.items():
        if lake.area > 1_000_000:
            ring = shapely.get_coordinates(lake.buffer(110, 12).exterior.simplify(6))[:-1]
            roads.append(RoadLine(f"lake:{name}", "rural", spline(np.vstack([ring, ring[:1]]), 30)))
        else:
            ring = shapely.get_coordinates(lake.buffer(90, 12).exterior.simplify(6))[:-1]
            roads.append(RoadLine(f"lake:{name}", "path", spline(ring[: int(len(ring) * 0.62)], 30)))
    return roads


def _ranges(land: Land, taken: BaseGeometry, blocked: BaseGeometry) -> list[RoadLine]:
    rng = stream(land.seed, "ranges")
    width = max(map(len, LAYOUT))
    roads = []
    for row in range(len(LAYOUT)):
        keep = []
        for column in range(width - 1):
            here, there = letter_at(column, row), letter_at(column + 1, row)
            crossing = 0.96 if here == there else 0.8
            keep.append(bool(here and there) and rng.random() < crossing and not _high(column + 1, row + 0.5))
        nudge = 0.08 * (rng.random() - 0.5)
        for first, last in _runs(keep):
            start, end = first + 0.5, last + 1.5
            start -= 0.55 * (letter_at(first - 1, row) == "" and rng.random() < 0.45)
            end += 0.55 * (letter_at(last + 2, row) == "" and rng.random() < 0.45)
            columns = np.arange(start, end + 0.04, 0.05)
            line = land.plane(columns, np.full_like(columns, row + 0.5 + nudge))
            for index, part in enumerate(_free(line, taken, blocked, 430)):
                roads.append(RoadLine(f"range:{row}:{first}:{index}", "rural", part))
    return roads


def _side_roads(land: Land, taken: BaseGeometry, blocked: BaseGeometry) -> list[RoadLine]:
    roads = []
    for town in TOWNS:
        rng = stream(land.seed, "side", town.slug)
        for column in range(rng.randrange(2), max(map(len, LAYOUT)), 2):
            keep = []
            for row in range(len(LAYOUT) - 1):
                inside = letter_at(column, row) == town.letter and letter_at(column, row + 1) != ""
                keep.append(inside and rng.random() < 0.72 and not _high(column + 0.5, row + 1))
            shift = 0.5 + 0.5 * (rng.random() - 0.5)
            for first, last in _runs(keep):
                rows = np.arange(first + 0.5, last + 1.54, 0.05)
                drift = line_noise(stream(land.seed, "drift", column, first), 3600)(rows * 1600)
                line = land.plane(column + shift + 0.045 * drift, rows)
                for index, part in enumerate(_free(line, taken, blocked, 300)):
                    roads.append(RoadLine(f"side:{town.slug}:{column}:{first}:{index}", "rural", part))
    return roads


def _free(line: Array, taken: BaseGeometry, blocked: BaseGeometry, room: float) -> list[Array]:
    """Parts of a lattice line that neither double another road (within ``room`` metres, alongside) nor are blocked."""
    points = shapely.points(line)
    near = shapely.distance(points, taken) < room
    # A crossing is a short stay near the other road: only a long one is a double.
    for first, last in _runs(list(near)):
        if (last - first) * 80 < 2.6 * room:
            near[first : last + 1] = False
    ok = ~near & ~shapely.contains_xy(blocked, *line.T)
    return [line[first : last + 1] for first, last in _runs(list(ok)) if (last - first) * 80 > 700]


def _runs(flags: list[bool]) -> list[tuple[int, int]]:
    """First and last index of each unbroken run of true values."""
    runs, start = [], None
    for index, flag in enumerate([*flags, False]):
        if flag and start is None:
            start = index
        elif not flag and start is not None:
            runs.append((start, index - 1))
            start = None
    return runs


def _high(column: float, row: float) -> bool:
    return any((column - c) ** 2 + (row - r) ** 2 < radius**2 for c, r, radius in HIGH_GROUND)


def _smooth(part: LineString) -> Array:
    points = shapely.get_coordinates(part.simplify(12))
    return spline(points, 40) if len(points) > 2 else points


def _reach(land: Land, waters: Waters, roads: list[RoadLine]) -> list[RoadLine]:
    """Lead most loose ends to the nearest other road, where no river or lake stands between."""
    wet = shapely.union_all([waters.river_area, waters.lake_area]).buffer(10)
    shapely.prepare(wet)
    lines = [road.line for road in roads]
    tree = shapely.STRtree(lines)
    rng = stream(land.seed, "reach")
    points, links = [road.points for road in roads], []
    for index, road in enumerate(roads):
        if road.kind == "provincial" or lines[index].is_ring:
            continue
        for end in (0, -1):
            link = _link(road.points, end, index, lines, tree, wet) if rng.random() < 0.93 else None
            if link is not None:
                points[index] = _bent(points[index], end, link[1])
                links.append((index, end, link[0]))
    for index, end, other in links:
        # The other road may have been bent since: end on it, wherever it is now.
        line = LineString(points[other])
        points[index] = points[index].copy()
        points[index][end] = shapely.get_coordinates(line.interpolate(line.project(Point(points[index][end]))))[0]
    return [replace(road, points=line) for road, line in zip(roads, points, strict=True)]


def _bent(points: Array, end: int, target: Array) -> Array:
    """The road led on to ``target``, with a curve where it turns."""
    line = points if end == -1 else points[::-1]
    corner, step = line[-1], target - line[-1]
    cut = min(110.0, 0.45 * float(np.hypot(*step)), 0.3 * float(lengths(line)[-1]))
    keep = line[lengths(line) < lengths(line)[-1] - cut]
    start, out = keep[-1], corner + step / np.hypot(*step) * cut
    t = np.linspace(0.12, 1, 7)[:, None]
    curve = (1 - t) ** 2 * start + 2 * t * (1 - t) * corner + t**2 * out
    line = np.vstack([keep, curve, target])
    return line if end == -1 else line[::-1]


def _link(points: Array, end: int, index: int, lines: list[LineString], tree: shapely.STRtree, wet) -> tuple | None:
    here = Point(points[end])
    heading = points[end] - points[1 if end == 0 else -2]
    found = []
    for other in tree.query(here, predicate="dwithin", distance=1250.0).tolist():
        if other == index:
            continue
        target = shapely.get_coordinates(lines[other].interpolate(lines[other].project(here)))[0]
        step = target - points[end]
        size = float(np.hypot(*step))
        if size < 0.2:
            return None
        ahead = float(step @ heading) / size / max(float(np.hypot(*heading)), 1e-9)
        if ahead > 0.1 and not LineString([points[end], target]).intersects(wet):
            found.append((size * (1.6 - ahead), other, target))
    return min(found, key=lambda each: each[:2])[1:] if found else None
