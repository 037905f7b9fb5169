"""Public places at civic addresses near where a village would have them, and parks in the middle of blocks."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry import Polygon

from .addresses import Home
from .naming import words
from .noise import Array, stream
from .villages import Frame


@dataclass(frozen=True)
class Site:
    """A place being set: ``home`` is an index into the homes, or None for a park, whose area is in plane metres."""

    kind: str
    name: str
    town: str
    home: int | None
    x: float
    y: float
    area: Polygon | None = None


def make_sites(
    frames: dict[str, Frame], homes: list[Home], home_town: list[str], roads: list[Array], wet
) -> list[Site]:
    """All public places; no two of them at one address."""
    points = np.array([[home.x, home.y] for home in homes])
    towns = np.array(home_town)
    free = np.ones(len(homes), dtype=bool)
    sites = []
    for kind, name, town, along, across in words("places")["places"]:
        stretch = max(1.0, frames[town].radius / 1000) if town == "val-des-pins" else 1.0
        target = frames[town].plane(along * stretch, across * stretch)[0]
        distance = np.where(free & (towns == town), np.hypot(*(points - target).T), np.inf)
        best = int(np.argmin(distance))
        free[best] = False
        sites.append(Site(kind, name, town, best, homes[best].x, homes[best].y))
    tree = shapely.STRtree([shapely.LineString(road) for road in roads])
    buildings = shapely.STRtree(shapely.points(points))
    names = list(words("names")["parks"])
    for town, count in words("places")["parks"].items():
        sites += _parks(frames[town], count, names, tree, buildings, wet)
    return sites


def _parks(frame: Frame, count: int, names: list[str], roads, buildings, wet) -> list[Site]:
    rng = stream(frame.seed, "parks", frame.town.slug)
    rng.shuffle(pool := list(names))
    draws = [(2 * math.pi * rng.random(), 0.95 * math.sqrt(rng.random())) for _ in range(500)]
    turns = np.array([turn for turn, _ in draws])
    reach = np.array([frame.reach(turn) * far for turn, far in draws])
    points = frame.plane(reach * np.cos(turns), reach * np.sin(turns))
    here = shapely.points(points)
    room = np.minimum(np.minimum(_gap(roads, here) - 8, _gap(buildings, here) - 11), 75.0)
    room = np.minimum(room, shapely.distance(here, wet) + 4)
    room[~shapely.contains_xy(frame.outline(), *points.T)] = 0.0
    spots = list(zip(room.tolist(), *points.T.tolist(), strict=True))
    sites: list[Site] = []
    for room, x, y in sorted(spots, reverse=True):
        if len(sites) == count:
            break
        if all(math.hypot(x - s.x, y - s.y) > frame.radius * 0.45 for s in sites):
            area = _lawn(rng, x, y, max(room, 12.0))
            sites.append(Site("park", pool[len(sites)], frame.town.slug, None, round(x, 1), round(y, 1), area))
    return sites


def _gap(tree: shapely.STRtree, here: Array) -> Array:
    """Metres from each point to the nearest thing in the tree."""
    return shapely.distance(tree.geometries[tree.nearest(here)], here)


def _lawn(rng, x: float, y: float, room: float) -> Polygon:
    turns = np.linspace(0, 2 * math.pi, 24, endpoint=False)
    radius = room * (0.86 + 0.14 * np.sin(3 * turns + 6 * rng.random()))
    return Polygon(np.round(np.column_stack([x + radius * np.cos(turns), y + radius * np.sin(turns)]), 1))
