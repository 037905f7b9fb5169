"""From the network to streets: each belongs to one municipality, has one name there, and a direction."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from .land import TOWNS, Land
from .naming import StreetNames
from .network import Network, Piece, Vertex
from .noise import Array, lengths

SPEEDS = {"provincial": 90, "collector": 80, "rural": 70, "residential": 40, "path": 30}


@dataclass
class Draft:
    """A street being drawn: its pieces in plane metres, in the order of its civic numbers."""

    town: str
    key: str
    kind: str
    core: bool
    name: str = ""
    pieces: list[Array] = field(default_factory=list)

    @property
    def length(self) -> float:
        """Metres, all pieces together."""
        return float(sum(lengths(piece)[-1] for piece in self.pieces))


def make_streets(land: Land, network: Network, villages: dict[str, BaseGeometry]) -> list[Draft]:
    """Cut the network at boundaries and village edges, name what comes out, join pieces that bear one name."""
    drafts: dict[tuple[str, str, bool], Draft] = {}
    for piece in network.pieces:
        main = piece.road.kind in ("provincial", "collector")
        for town, core, points in _by_town(land, piece, villages if main else {}):
            key = (town, piece.road.key, core)
            draft = drafts.setdefault(key, Draft(town, piece.road.key, piece.road.kind, core))
            draft.pieces.append(points)
    return _named(land, list(drafts.values()), _degrees(network))


def _by_town(land: Land, piece: Piece, villages: dict[str, BaseGeometry]) -> list[tuple[str, bool, Array]]:
    points = _cut(np.array(piece.vertices), [*land.towns.values(), *villages.values()])
    middle = (points[1:] + points[:-1]) / 20
    owner = np.full(len(middle), -1)
    for index, area in enumerate(land.towns.values()):
        owner[shapely.contains_xy(area, *middle.T)] = index
    core = np.zeros(len(middle), dtype=bool)
    for area in villages.values():
        core |= shapely.contains_xy(area, *middle.T)
    slugs, parts, start = list(land.towns), [], 0
    for at in range(1, len(middle) + 1):
        if at == len(middle) or owner[at] != owner[start] or core[at] != core[start]:
            if owner[start] >= 0:
                parts.append((slugs[owner[start]], bool(core[start]), points[start : at + 1] / 10))
            start = at
    return parts


def _cut(points: Array, areas: list[BaseGeometry]) -> Array:
    """Add a vertex (whole decimetres) wherever the line crosses the edge of an area."""
    line = shapely.LineString(points / 10)
    fresh: list[tuple[float, Vertex]] = []
    for area in areas:
        if not area.boundary.intersects(line):
            continue
        for p in shapely.get_coordinates(line.intersection(area.boundary)):
            fresh.append((line.project(shapely.Point(p)), (round(p[0] * 10), round(p[1] * 10))))
    if not fresh:
        return points
    present = {(int(x), int(y)) for x, y in points}
    along = lengths(points / 10)
    every = [(float(d), (int(x), int(y))) for d, (x, y) in zip(along, points, strict=True)]
    every += [(d, vertex) for d, vertex in fresh if vertex not in present]
    return np.array([vertex for _, vertex in sorted(every)])


def _degrees(network: Network) -> dict[Vertex, int]:
    """How many pieces use each vertex: one at a dead end."""
    uses: dict[Vertex, int] = {}
    for piece in network.pieces:
        for vertex in set(piece.vertices):
            uses[vertex] = uses.get(vertex, 0) + 1
    return uses


def _named(land: Land, drafts: list[Draft], uses: dict[Vertex, int]) -> list[Draft]:
    named: list[Draft] = []
    for town in TOWNS:
        names = StreetNames(land.seed, town)
        mine = [draft for draft in drafts if draft.town == town.slug]
        # Main roads and ranges first: they have first claim on their names.
        order = {"provincial": 0, "collector": 1, "rural": 2, "path": 3, "residential": 4}
        mine.sort(key=lambda d: (order[d.kind], not d.core, -d.length if d.kind == "residential" else 0))
        by_name: dict[str, Draft] = {}
        rank = 0
        for draft in mine:
            loose = any(uses.get(_vertex(draft.pieces[0][end]), 0) < 2 for end in (0, -1))
            draft.name = names.name(draft.key, draft.kind, draft.core, draft.length, rank=rank, dead_end=loose)
            rank += draft.kind == "residential"
            if draft.name in by_name:
                by_name[draft.name].pieces.extend(draft.pieces)
            else:
                by_name[draft.name] = draft
        named.extend(by_name.values())
    return named


def _vertex(point: Array) -> Vertex:
    return (round(point[0] * 10), round(point[1] * 10))
