"""Village streets: a loose grid along the main street, bent with it, with gaps, crescents and dead ends."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry import LineString, Polygon
from shapely.geometry.base import BaseGeometry

from .land import TOWNS, Land, TownSpec
from .noise import Array, plane_noise, spline, stream
from .roads import MAIN_ROADS, MAIN_STREET, RoadLine
from .water import Waters

HOUSES_A_METRE = 0.072
"""Both sides together, corners, parks and shops deducted: one lot every 28 m of street."""
LOBES = ((2, 0.06), (3, 0.12), (5, 0.09), (7, 0.05))
"""How far a village strays from an ellipse: waves a turn, part of its radius."""
STREET_DENSITY = 0.0118
"""Metres of street in a square metre of village."""


@dataclass(frozen=True)
class Frame:
    """A village's own axes: ``along`` its main street, ``across`` to its left, both in metres from the centre."""

    town: TownSpec
    centre: Array
    direction: Array
    bend_at: Array
    bend: Array
    radius: float
    seed: int
    limits: BaseGeometry
    wobble: tuple
    phases: tuple[float, ...]

    def plane(self, along: Array, across: Array) -> Array:
        """Plane metres (n, 2) for village coordinates: follows the main street near it, wobbles further out."""
        along, across = np.broadcast_arrays(np.asarray(along, float), np.asarray(across, float))
        drift = np.interp(along, self.bend_at, self.bend) * np.exp(-((across / 420) ** 2))
        calm = 1 - np.exp(-((across / 170) ** 2))
        a = along + 34 * calm * self.wobble[0](along, across)
        b = across + drift + 34 * calm * self.wobble[1](along, across)
        normal = np.array([-self.direction[1], self.direction[0]])
        return self.centre + np.outer(a.ravel(), self.direction) + np.outer(b.ravel(), normal)

    def outline(self) -> Polygon:
        """The edge of the village, which stays within its municipality."""
        turns = np.linspace(0, 2 * math.pi, 90, endpoint=False)
        reach = np.array([self.reach(turn) for turn in turns])
        shape = Polygon(self.plane(reach * np.cos(turns), reach * np.sin(turns))).buffer(0).intersection(self.limits)
        return max(shapely.get_parts(shape), key=lambda part: part.area)

    def reach(self, turn: float) -> float:
        """Distance in metres from the centre to the edge, in a direction: longer along the main street."""
        shape = 1.0
        for (wave, strength), phase in zip(LOBES, self.phases, strict=True):
            shape += strength * math.sin(wave * turn + 2 * math.pi * phase)
        return self.radius * shape / math.hypot(math.cos(turn) / 1.28, math.sin(turn) / 0.8)


def make_frame(land: Land, town: TownSpec, homes: int) -> Frame:
    """The axes of a village large enough for ``homes`` addresses."""
    points = {key: points for key, _, points in MAIN_ROADS}[MAIN_STREET[town.letter]]
    road = spline(land.plane(*np.array(points).T), 45)
    centre = land.plane(*town.seat)[0]
    at = int(np.argmin(np.hypot(*(road - centre).T)))
    centre = road[at]
    ahead = road[min(at + 5, len(road) - 1)] - road[max(at - 5, 0)]
    direction = ahead / np.hypot(*ahead)
    local = road - centre
    along, across = local @ direction, local @ np.array([-direction[1], direction[0]])
    first, last = at, at
    while first > 0 and along[first - 1] < along[first]:
        first -= 1
    while last < len(along) - 1 and along[last + 1] > along[last]:
        last += 1
    radius = 90 + max(150.0, math.sqrt(homes / HOUSES_A_METRE / STREET_DENSITY / math.pi))
    limits = land.towns[town.slug].buffer(-55)
    shapely.prepare(limits)
    wobble = tuple(plane_noise(stream(land.seed, "wobble", town.slug, axis), 640, 4) for axis in "ab")
    rng = stream(land.seed, "reach", town.slug)
    phases = tuple(rng.random() for _ in LOBES)
    return Frame(town, centre, direction, along[first : last + 1], across[first : last + 1], radius, land.seed, limits,
                 wobble, phases)  # fmt: skip


def make_village(frame: Frame, waters: Waters) -> list[RoadLine]:
    """The streets of a village except its main street, which a country road brings along."""
    rng = stream(frame.seed, "village", frame.town.slug)
    columns = _steps(rng, frame.radius * 1.6, 105, 205)
    rows = _steps(rng, frame.radius * 1.3, 78, 118)
    wet = shapely.union_all([waters.river_area.buffer(8), waters.lake_area.buffer(25)])
    shapely.prepare(wet)
    nodes = _nodes(frame, columns, rows, wet)
    across = _edges(rng, frame, nodes, columns, rows, "column")
    along = _edges(rng, frame, nodes, columns, rows, "row")
    chains = _chains(along, "row") + _chains(across, "column")
    lines = [_draw(frame, chain, columns, rows) for chain in _turn_corners(rng, chains)]
    lines += _dead_ends(rng, frame, along, columns, rows, wet)
    return [
        RoadLine(f"street:{frame.town.slug}:{index}", "residential", line, frame.town.slug)
        for index, line in enumerate(lines)
    ]


def make_frames(land: Land, homes: dict[str, int]) -> dict[str, Frame]:
    """The frame of every village, by slug, for a number of homes each."""
    return {town.slug: make_frame(land, town, homes[town.slug]) for town in TOWNS}


def _steps(rng, extent: float, least: float, most: float) -> Array:
    up, down = [0.0], [0.0]
    for values, sign in ((up, 1), (down, -1)):
        while abs(values[-1]) < extent:
            values.append(values[-1] + sign * (least + (most - least) * rng.random()))
    return np.array(down[:0:-1] + up)


def _nodes(frame: Frame, columns: Array, rows: Array, wet) -> set[tuple[int, int]]:
    nodes = set()
    grid_a, grid_b = np.meshgrid(columns, rows, indexing="ij")
    where = frame.plane(grid_a, grid_b).T
    dry = (~shapely.contains_xy(wet, *where) & shapely.contains_xy(frame.limits, *where)).reshape(grid_a.shape)
    for i, a in enumerate(columns):
        for k, b in enumerate(rows):
            if dry[i, k] and math.hypot(a, b) <= frame.reach(math.atan2(b, a)):
                nodes.add((i, k))
    return nodes


def _edges(rng, frame: Frame, nodes, columns: Array, rows: Array, way: str) -> list[tuple]:
    step = (1, 0) if way == "row" else (0, 1)
    edges = []
    for i, k in sorted(nodes):
        other = (i + step[0], k + step[1])
        if other not in nodes or (way == "row" and rows[k] == 0):
            continue
        edge_of_town = math.hypot(columns[i], rows[k]) / frame.reach(math.atan2(rows[k], columns[i]))
        loose = (0.05, 0.10) if way == "row" else (0.14, 0.26)
        touches_main = way == "column" and 0 in (rows[k], rows[other[1]])
        if touches_main or rng.random() > loose[0] + loose[1] * edge_of_town:
            edges.append(((i, k), other))
    return edges


def _chains(edges: list[tuple], way: str) -> list[list[tuple[int, int]]]:
    lanes: dict[int, list[tuple]] = {}
    for start, end in edges:
        lanes.setdefault(start[1] if way == "row" else start[0], []).append((start, end))
    chains = []
    for _, lane in sorted(lanes.items()):
        chain = [*lane[0]]
        for start, end in lane[1:]:
            if start == chain[-1]:
                chain.append(end)
            else:
                chains.append(chain)
                chain = [start, end]
        chains.append(chain)
    return chains


def _turn_corners(rng, chains: list[list]) -> list[list]:
    """Join two streets that both end at the same corner into a crescent."""
    uses: dict[tuple, int] = {}
    for chain in chains:
        for node in chain:
            uses[node] = uses.get(node, 0) + 1
    ends: dict[tuple, list[int]] = {}
    for index, chain in enumerate(chains):
        for node in (chain[0], chain[-1]):
            ends.setdefault(node, []).append(index)
    merged: dict[int, list] = dict(enumerate(chains))
    into: dict[int, int] = {}
    for node, owners in sorted(ends.items()):
        if len(owners) != 2 or uses[node] != 2 or rng.random() < 0.15:
            continue
        first, second = (_now(into, owner) for owner in owners)
        if first == second or len(merged[first]) + len(merged[second]) > 9:
            continue
        one, two = merged[first], merged[second]
        one = one if one[-1] == node else one[::-1]
        two = two if two[0] == node else two[::-1]
        if one[-1] == node and two[0] == node:
            merged[first] = one + two[1:]
            into[second] = first
            del merged[second]
    return [merged[index] for index in sorted(merged)]


def _now(into: dict[int, int], owner: int) -> int:
    """The street that a street has become part of."""
    while owner in into:
        owner = into[owner]
    return owner


def _draw(frame: Frame, chain: list, columns: Array, rows: Array) -> Array:
    corners = np.array([[columns[i], rows[k]] for i, k in chain])
    points = [corners[0]]
    for start, end in itertools.pairwise(corners):
        points.extend(start + (end - start) * t for t in (0.2, 0.4, 0.6, 0.8))
        points.append(end)
    return frame.plane(*_round_corners(np.array(points), corners).T)


def _round_corners(points: Array, corners: Array) -> Array:
    legs = np.diff(corners, axis=0)
    for index in range(1, len(corners) - 1):
        before, after = legs[index - 1], legs[index]
        if abs(before[0] * after[1] - before[1] * after[0]) < 1:
            continue
        cut = min(38.0, np.hypot(*before) * 0.45, np.hypot(*after) * 0.45)
        start, end = corners[index] - before / np.hypot(*before) * cut, corners[index] + after / np.hypot(*after) * cut
        t = np.linspace(0, 1, 7)[:, None]
        arc = (1 - t) ** 2 * start + 2 * t * (1 - t) * corners[index] + t**2 * end
        far = np.hypot(*(points - corners[index]).T) > cut
        at = int(np.argmin(np.hypot(*(points - corners[index]).T)))
        points = np.vstack([points[:at][far[:at]], arc, points[at + 1 :][far[at + 1 :]]])
    return points


def _dead_ends(rng, frame: Frame, along: list, columns: Array, rows: Array, wet) -> list[Array]:
    lines = []
    for (i, k), (j, _) in along:
        far = math.hypot(columns[i], rows[k]) / frame.radius
        if rng.random() > 0.05 + 0.07 * far or columns[j] - columns[i] < 130:
            continue
        outward = math.copysign(1.0, rows[k])
        a = columns[i] + (columns[j] - columns[i]) * (0.4 if rng.random() < 0.5 else 0.6)
        depth = 42 + 24 * rng.random()
        sway = 16 * (rng.random() - 0.5)
        line = frame.plane(a + np.array([0, 0.2, 1.0]) * sway, rows[k] + outward * depth * np.array([0, 0.5, 1.0]))
        line = spline(line, 12)
        if not LineString(line).intersects(wet):
            lines.append(line)
    return lines
