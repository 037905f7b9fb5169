"""Electoral districts: a municipality cut into parts of like population, without gap or overlap."""

from __future__ import annotations

import math

import numpy as np
import shapely
from shapely.geometry import LineString
from shapely.geometry.base import BaseGeometry
from shapely.ops import split

from .naming import words
from .noise import Array, stream


def cut_districts(area: BaseGeometry, homes: Array, count: int) -> list[BaseGeometry]:
    """Cut ``area`` (plane metres) into ``count`` parts holding about the same number of ``homes`` (n, 2)."""
    if count <= 1:
        return [area] if count else []
    low = count // 2
    spread = homes - homes.mean(axis=0)
    # Cut across the longest direction of the homes, slightly turned: no survey is square to its people.
    _, _, axes = np.linalg.svd(spread, full_matrices=False)
    axis = axes[0] if axes[0][0] + axes[0][1] > 0 else -axes[0]
    along = homes @ axis
    at = float(np.round(np.quantile(along, low / count), 1))
    across = np.array([-axis[1], axis[0]])
    knife = LineString([axis * at - across * 99_000, axis * at + across * 99_000])
    sides: tuple[list, list] = ([], [])
    for part in shapely.get_parts(split(area, knife)):
        point = shapely.get_coordinates(part.representative_point())[0]
        sides[int(point @ axis > at)].append(part)
    below, above = (shapely.union_all(parts) for parts in sides)
    return [
        *cut_districts(below, homes[along <= at], low),
        *cut_districts(above, homes[along > at], count - low),
    ]


def in_order(parts: list[BaseGeometry]) -> list[BaseGeometry]:
    """Districts in the order of their numbers: clockwise from the north, around their common centre."""
    if not parts:
        return []
    centre = shapely.get_coordinates(shapely.union_all(parts).centroid)[0]

    def turn(part: BaseGeometry) -> float:
        x, y = shapely.get_coordinates(part.centroid)[0] - centre
        return math.atan2(x, y) % (2 * math.pi)

    return sorted(parts, key=turn)


def district_names(seed: int, slug: str, count: int) -> list[str]:
    """Names for the districts of a municipality, each once: ``district du Moulin``."""
    pool = list(words("names")["districts"])
    stream(seed, "districts", slug).shuffle(pool)
    return [f"district {name}" for name in pool[:count]]
