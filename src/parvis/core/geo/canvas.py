"""Turn geometries into the short paths of a small drawing: projection, clipping, thinning, labels."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely
from shapely.affinity import rotate
from shapely.geometry.base import BaseGeometry

from parvis.lib.geometry import Box, from_mercator, mercator, zoom_for

_MARGIN = 24
LETTER = 7.0
"""Width of a letter of a label, in pixels."""


@dataclass(frozen=True, slots=True)
class View:
    """An image of so many pixels over a window: the window lies wholly inside, in its middle."""

    x: float
    y: float
    scale: float
    width: int
    height: int

    @classmethod
    def over(cls, box: Box, width: int, height: int) -> "View":
        """Return the view that shows a window as large as it fits; 18 is the closest zoom."""
        scale = 256 * 2 ** zoom_for(box, width, height)
        west, north = mercator(box.north, box.west)
        east, south = mercator(box.south, box.east)
        return cls(
            (west + east) / 2 - width / 2 / scale, (north + south) / 2 - height / 2 / scale, scale, width, height
        )

    @property
    def zoom(self) -> float:
        """The web-mercator zoom, for tiles of 256 pixels."""
        return math.log2(self.scale / 256)

    @property
    def box(self) -> Box:
        """What the image really shows, a little more than what was asked on one side."""
        north, west = from_mercator(self.x, self.y)
        south, east = from_mercator(self.x + self.width / self.scale, self.y + self.height / self.scale)
        return Box(west, south, east, north)

    @property
    def metre(self) -> float:
        """Pixels in a metre, in the middle."""
        lat = self.box.centre[0]
        return self.scale / (40_075_017 * math.cos(math.radians(lat)))

    def point(self, lat: float, lon: float) -> tuple[float, float]:
        """Return the pixel of a position."""
        x, y = mercator(lat, lon)
        return (x - self.x) * self.scale, (y - self.y) * self.scale

    def shows(self, lat: float, lon: float, margin: float = 0) -> bool:
        """Say whether a position is on the image."""
        x, y = self.point(lat, lon)
        return -margin <= x <= self.width + margin and -margin <= y <= self.height + margin

    def shapes(self, geometries: Iterable[BaseGeometry], thin: float) -> list[BaseGeometry]:
        """Return geometries in pixels, cut at the image's edge, without points that are no further off than `thin`."""
        array = np.array(list(geometries), dtype=object)
        if not len(array):
            return []
        pixels = shapely.transform(array, self._project)
        cut = shapely.clip_by_rect(pixels, -_MARGIN, -_MARGIN, self.width + _MARGIN, self.height + _MARGIN)
        return list(shapely.simplify(cut, thin, preserve_topology=False))

    def _project(self, coordinates: np.ndarray) -> np.ndarray:
        lat = np.radians(np.clip(coordinates[:, 1], -85, 85))
        x = coordinates[:, 0] / 360 + 0.5
        y = 0.5 - np.arcsinh(np.tan(lat)) / (2 * np.pi)
        return np.column_stack(((x - self.x) * self.scale, (y - self.y) * self.scale))


def path(shapes: Iterable[BaseGeometry], smallest: float = 1.5) -> str:
    """Return the `d` of one SVG path through all lines and rings, in whole pixels, relative: a fifth of GeoJSON."""
    return "".join(_stroke(part, closed) for part, closed in _parts(shapes) if _spread(part) >= smallest)


def _parts(shapes: Iterable[BaseGeometry]) -> Iterable[tuple[np.ndarray, bool]]:
    for shape in shapes:
        for part in getattr(shape, "geoms", [shape]):
            if part.is_empty:
                continue
            if part.geom_type == "Polygon":
                yield shapely.get_coordinates(part.exterior), True
                for hole in part.interiors:
                    yield shapely.get_coordinates(hole), True
            elif part.geom_type in {"LineString", "LinearRing"}:
                yield shapely.get_coordinates(part), False


def _spread(points: np.ndarray) -> float:
    return float(np.ptp(points, axis=0).max()) if len(points) else 0.0


def _stroke(points: np.ndarray, closed: bool) -> str:
    whole = np.rint(points).astype(int)
    steps = np.diff(whole, axis=0)
    steps = steps[np.any(steps != 0, axis=1)]
    if closed and len(steps):
        steps = steps[:-1]
    if not len(steps):
        return ""
    moves = "".join(_pair(dx, dy) for dx, dy in steps.tolist())
    x, y = whole[0].tolist()
    return f"M{x}{'' if y < 0 else ' '}{y}l{moves.lstrip()}{'z' if closed else ''}"


def _pair(dx: int, dy: int) -> str:
    return f"{'' if dx < 0 else ' '}{dx}{'' if dy < 0 else ' '}{dy}"


@dataclass(frozen=True, slots=True)
class Label:
    """A text along a street: its middle and its slope in degrees, never upside down."""

    text: str
    x: float
    y: float
    angle: float

    @property
    def box(self) -> BaseGeometry:
        """The turned rectangle that the text fills, with a little air."""
        half = len(self.text) * LETTER / 2 + 4
        return rotate(shapely.box(self.x - half, self.y - 9, self.x + half, self.y + 9), self.angle, (self.x, self.y))

    def meets(self, other: "Label") -> bool:
        """Say whether two labels would touch."""
        return self.box.intersects(other.box)


def label_along(text: str, shape: BaseGeometry, width: int, height: int) -> Label | None:
    """Return where a street's name fits on its straightest stretch inside the image, or None."""
    best: tuple[float, np.ndarray, np.ndarray] | None = None
    for part in getattr(shape, "geoms", [shape]):
        points = shapely.get_coordinates(shapely.simplify(part, 4))
        for start, end in pairwise(points):
            length = float(np.hypot(*(end - start)))
            if best is None or length > best[0]:
                best = (length, start, end)
    half = len(text) * LETTER / 2
    if best is None or best[0] < half * 1.6:
        return None
    (x, y), (dx, dy) = (best[1] + best[2]) / 2, best[2] - best[1]
    angle = math.degrees(math.atan2(dy, dx))
    angle -= 180 * round(angle / 180)
    reach_x, reach_y = half * math.cos(math.radians(angle)), abs(half * math.sin(math.radians(angle)))
    if not (reach_x < x < width - reach_x and reach_y + 8 < y < height - reach_y - 4):
        return None
    return Label(text, x, y, angle)
