"""From drawn lines to a road network: cut at water, bridged where needed, joined at shared vertices, one piece.

All coordinates become whole decimetres here, so that "the same vertex" means equal numbers.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry import LineString
from shapely.geometry.base import BaseGeometry
from shapely.ops import substring

from .land import Land
from .noise import Array
from .roads import RoadLine
from .water import Waters

Vertex = tuple[int, int]


@dataclass(frozen=True)
class Crossing:
    """A place where road ``road`` meets a river: distances along it where the water begins and ends, in metres.

    ``width`` is that of the river there: a road that crosses at a slant has more water than that to cross.
    """

    road: int
    start: float
    end: float
    x: float
    y: float
    width: float


@dataclass(frozen=True)
class Piece:
    """A stretch of road between two cuts: decimetre vertices, in the direction of its road."""

    road: RoadLine
    order: int
    vertices: tuple[Vertex, ...]


@dataclass(frozen=True)
class Network:
    """The joined pieces, and the crossings that became bridges."""

    pieces: tuple[Piece, ...]
    bridges: tuple[tuple[RoadLine, Crossing], ...]


def make_network(land: Land, waters: Waters, roads: list[RoadLine]) -> Network:
    """Join the roads into one connected network with as few bridges as it takes (and a few more, as in life)."""
    dry = _clear_of_lakes(roads, waters)
    crossings = _crossings(dry, waters.river_area)
    chosen = _first_bridges(dry, crossings)
    for _ in range(6):
        pieces = _join(dry, crossings, chosen)
        component = _components(pieces)
        extra = _joining_bridges(dry, crossings, chosen, pieces, component)
        if not extra:
            break
        chosen |= extra
    sizes: dict[int, int] = {}
    for piece, number in zip(pieces, component, strict=True):
        sizes[number] = sizes.get(number, 0) + len(piece.vertices)
    largest = max(sorted(sizes), key=lambda number: sizes[number])
    kept = tuple(piece for piece, number in zip(pieces, component, strict=True) if number == largest)
    alive = {id(piece.road) for piece in kept}
    bridges = tuple((dry[c.road], c) for i, c in enumerate(crossings) if i in chosen and id(dry[c.road]) in alive)
    return Network(kept, bridges)


def _clear_of_lakes(roads: list[RoadLine], waters: Waters) -> list[RoadLine]:
    lakes = waters.lake_area.buffer(20)
    clear = []
    for road in roads:
        parts = [road.line]
        if road.line.intersects(lakes):
            parts = [part for part in shapely.get_parts(road.line.difference(lakes)) if part.length > 150]
        for index, part in enumerate(parts):
            key = road.key if len(parts) == 1 or road.kind != "residential" else f"{road.key}:{index}"
            clear.append(RoadLine(key, road.kind, shapely.get_coordinates(part), road.village))
    return clear


def _crossings(roads: list[RoadLine], river: BaseGeometry) -> list[Crossing]:
    shapely.prepare(river)
    bank = river.boundary
    found = []
    for index, road in enumerate(roads):
        line = road.line
        if not river.intersects(line):
            continue
        for part in shapely.get_parts(line.intersection(river)):
            ends = shapely.get_coordinates(part)
            at = sorted(line.project(shapely.points(p)) for p in (ends[0], ends[-1]))
            middle = line.interpolate((at[0] + at[1]) / 2)
            width = 2 * bank.distance(middle)
            found.append(Crossing(index, at[0], at[1], middle.x, middle.y, width))
    return found


def _first_bridges(roads: list[RoadLine], crossings: list[Crossing]) -> set[int]:
    """Main roads always; then short crossings far enough from the bridges there are."""
    rank = {"provincial": 0, "collector": 1, "rural": 2, "residential": 3, "path": 4}
    chosen: set[int] = set()
    order = sorted(range(len(crossings)), key=lambda i: (rank[roads[crossings[i].road].kind], i))
    for index in order:
        crossing, kind = crossings[index], roads[crossings[index].road].kind
        room = {"provincial": 0, "collector": 0, "rural": 2300, "residential": 650, "path": 1e9}[kind]
        if kind == "rural" and crossing.end - crossing.start < 26:
            room = 700  # a short bridge is soon built
        near = [crossings[i] for i in chosen]
        far = all((c.x - crossing.x) ** 2 + (c.y - crossing.y) ** 2 > room**2 for c in near)
        if room == 0 or (far and crossing.end - crossing.start < min(90.0, 1.5 * crossing.width + 3)):
            chosen.add(index)
    return chosen


def _join(roads: list[RoadLine], crossings: list[Crossing], chosen: set[int]) -> list[Piece]:
    cuts: dict[int, list[Crossing]] = {}
    for index, crossing in enumerate(crossings):
        if index not in chosen:
            cuts.setdefault(crossing.road, []).append(crossing)
    pieces: list[tuple[RoadLine, int, Array]] = []
    for index, road in enumerate(roads):
        line, start, order = road.line, 0.0, 0
        gaps = [(max(0.0, c.start - 14), min(line.length, c.end + 14)) for c in cuts.get(index, [])]
        for gap in [*sorted(gaps), (line.length, line.length)]:
            least = 60 if gaps else 5
            if gap[0] - start > least:
                part = shapely.get_coordinates(substring(line, start, gap[0])) if gaps else road.points
                pieces.append((road, order, part))
                order += 1
            start = max(start, gap[1])
    return _share_vertices(pieces)


def _share_vertices(pieces: list[tuple[RoadLine, int, Array]]) -> list[Piece]:
    """Give every meeting of two pieces one vertex in both: where they cross, and where one ends on the other."""
    whole = [_clean(np.rint(points * 10)) for _, _, points in pieces]
    lines = np.array([LineString(points) for points in whole], dtype=object)
    tree = shapely.STRtree(lines)
    extra: dict[int, list[Array]] = {}
    left, right = tree.query(lines, predicate="intersects")
    pairs = sorted((a, b) for a, b in zip(left.tolist(), right.tolist(), strict=True) if a < b)
    if pairs:
        first, second = np.array(pairs).T
        for a, b, meeting in zip(first, second, shapely.intersection(lines[first], lines[second]), strict=True):
            for part in shapely.get_parts(meeting):
                if part.geom_type == "Point":
                    point = np.rint(shapely.get_coordinates(part)[0])
                    extra.setdefault(int(a), []).append(point)
                    extra.setdefault(int(b), []).append(point)
    ends = np.array([points[i] for points in whole for i in (0, -1)])
    at, onto = tree.query(shapely.points(ends), predicate="dwithin", distance=4.0)
    for end, other in zip(at.tolist(), onto.tolist(), strict=True):
        if end // 2 != other:
            extra.setdefault(other, []).append(ends[end])
    return [
        Piece(road, order, _with_points(whole[index], extra.get(index, [])))
        for index, (road, order, _) in enumerate(pieces)
    ]


def _clean(points: Array) -> Array:
    keep = np.concatenate([[True], np.any(np.diff(points, axis=0) != 0, axis=1)])
    return points[keep]


def _with_points(points: Array, extra: list[Array]) -> tuple[Vertex, ...]:
    present = {(int(x), int(y)) for x, y in points}
    fresh = sorted({(int(x), int(y)) for x, y in extra} - present)
    if fresh:
        line = LineString(points)
        along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
        more = [(line.project(shapely.Point(p)), p) for p in fresh]
        every = sorted([(float(d), 0, (int(x), int(y))) for d, (x, y) in zip(along, points, strict=True)]
                       + [(d, 1, p) for d, p in more])  # fmt: skip
        return tuple(vertex for _, _, vertex in every)
    return tuple((int(x), int(y)) for x, y in points)


def _components(pieces: list[Piece]) -> list[int]:
    parent = list(range(len(pieces)))

    def root(index: int) -> int:
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = parent[index]
        return index

    owner: dict[Vertex, int] = {}
    for index, piece in enumerate(pieces):
        for vertex in piece.vertices:
            if vertex in owner:
                parent[root(index)] = root(owner[vertex])
            else:
                owner[vertex] = index
    return [root(index) for index in range(len(pieces))]


def _joining_bridges(roads, crossings, chosen, pieces, component) -> set[int]:
    """Of the crossings left out, one for each pair of parts that has no way to the other."""
    by_road: dict[int, list[tuple[LineString, int]]] = {}
    for piece, number in zip(pieces, component, strict=True):
        by_road.setdefault(id(piece.road), []).append((LineString(np.array(piece.vertices) / 10), number))
    joined: set[tuple[int, int]] = set()
    extra: set[int] = set()
    for index, crossing in enumerate(crossings):
        if index in chosen or crossing.end - crossing.start > min(160.0, 2.2 * crossing.width + 6):
            continue
        here = shapely.Point(crossing.x, crossing.y)
        near = sorted(
            {number for line, number in by_road.get(id(roads[crossing.road]), []) if line.distance(here) < 150}
        )
        if len(near) == 2 and tuple(near) not in joined:
            joined.add((near[0], near[1]))
            extra.add(index)
    return extra
