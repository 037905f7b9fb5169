"""A region drawn as SVG: to look at, and for pages that need a picture of it."""

from __future__ import annotations

import math

import numpy as np

from .land import to_metres
from .model import MultiPolygon, Region

GROUND = ("#eef1e3", "#f3eee0", "#e9f0e8", "#f2ede4", "#f0f2e0", "#ebeff0", "#f5efe0")
ROADS = {
    "path": ("#b9ab8c", 1.0, 0.0), "rural": ("#ffffff", 2.0, 3.2), "residential": ("#ffffff", 2.0, 3.2),
    "collector": ("#fbe9b7", 3.0, 4.4), "provincial": ("#f6cf8b", 3.8, 5.4),
}  # fmt: skip


def region_svg(region: Region, *, width: int = 1600, window: tuple[float, float, float, float] | None = None,
               names: bool = True, homes: bool = True) -> str:  # fmt: skip
    """The region, or a window of it (west, south, east, north in degrees), as an SVG ``width`` pixels wide."""
    return _Picture(region, width, window).draw(names=names, homes=homes)


class _Picture:
    def __init__(self, region: Region, width: int, window) -> None:
        self.region, self.width = region, width
        ring = np.vstack([to_metres(np.array(ring)) for polygon in region.area for ring in polygon])
        if window:
            self.low, self.high = to_metres(np.array([window[:2], window[2:]]))
        else:
            self.low, self.high = ring.min(axis=0) - 500, ring.max(axis=0) + 500
        self.scale = width / (self.high[0] - self.low[0])
        self.height = round((self.high[1] - self.low[1]) * self.scale)
        # A stroke in pixels grows with the scale, so that a village street is as wide as a street when near.
        self.near = max(1.0, min(4.0, self.scale * 16))

    def draw(self, *, names: bool, homes: bool) -> str:
        region = self.region
        out = [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width} {self.height}" width="{self.width}" '
            f'height="{self.height}" font-family="sans-serif">',
            '<rect width="100%" height="100%" fill="#f5f2ec"/>',
        ]
        for index, town in enumerate(region.municipalities):
            out.append(f'<path d="{self._area(town.area)}" fill="{GROUND[index % len(GROUND)]}"/>')
        out.append(f'<path d="{self._area(region.woods)}" fill="#cfdfc0"/>')
        for town in region.municipalities:
            out.append(f'<path d="{self._area((town.village,))}" fill="#e9e2d6" opacity=".85"/>')
        for place in region.places:
            if place.area:
                out.append(f'<path d="{self._area((place.area,))}" fill="#bcd9a6"/>')
        out += self._waters()
        for town in region.municipalities:
            out.append(f'<path d="{self._area(town.area)}" fill="none" stroke="#9a8fa6" stroke-width="1.6" '
                       f'stroke-dasharray="9 4 2 4"/>')  # fmt: skip
        if homes and self.scale > 0.08:
            size = 9 * self.scale
            dots = "".join(f"M{x - size / 2:.1f} {y - size / 2:.1f}h{size:.1f}v{size:.1f}h-{size:.1f}z"
                           for x, y in self._pixels([a.point for a in region.addresses]))  # fmt: skip
            out.append(f'<path d="{dots}" fill="#c4b6a2"/>')
        out += self._roads()
        return "\n".join([*out, *(self._names() if names else []), "</svg>"])

    def _waters(self) -> list[str]:
        out = []
        for water in self.region.waters:
            wide = {"river": 2.4, "brook": 1.0, "lake": 1.0}[water.kind]
            if water.lines:
                out.append(f'<path d="{self._lines(water.lines)}" fill="none" stroke="#a3c3e0" '
                           f'stroke-width="{wide * min(1.6, self.near)}" stroke-linejoin="round"/>')  # fmt: skip
            if water.area:
                out.append(f'<path d="{self._area(water.area)}" fill="#a3c3e0"/>')
        return out

    def _roads(self) -> list[str]:
        under: list[str] = []
        over: list[str] = []
        for kind, (colour, wide, edge) in ROADS.items():
            lines = [street.lines for street in self.region.streets if street.kind == kind]
            path = "".join(self._lines(each) for each in lines)
            ends = 'stroke-linecap="round" stroke-linejoin="round"' if edge else 'stroke-dasharray="4 3"'
            for layer, paint, size in ((under, "#a79c89", edge), (over, colour, wide)):
                if size:
                    stroke = f'stroke="{paint}" stroke-width="{size * self.near * 0.7:.2f}"'
                    layer.append(f'<path d="{path}" fill="none" {stroke} {ends}/>')
        return [*under, *over]

    def _names(self) -> list[str]:
        out = []
        if self.scale > 0.25:
            out += self._street_names()
        towns = self.region.municipalities
        for town, (x, y) in zip(towns, self._pixels([town.centre for town in towns]), strict=True):
            size = 13 + 2.2 * math.log10(town.population)
            look = f'font-size="{size:.0f}" font-weight="700" fill="#17211f" stroke="#fff" stroke-width="4"'
            out.append(_text(x, y - 12, town.name, look))
        return out

    def _street_names(self) -> list[str]:
        out = []
        for street in self.region.streets:
            points = max((self._pixels(line) for line in street.lines), key=len)
            steps = np.hypot(*np.diff(points, axis=0).T)
            if steps.sum() < 7.0 * len(street.name) or len(points) < 3:
                continue
            at = int(np.searchsorted(np.cumsum(steps), steps.sum() / 2))
            x, y = points[at]
            dx, dy = points[min(at + 1, len(points) - 1)] - points[at - 1]
            turn = math.degrees(math.atan2(dy, dx))
            turn = turn - 180 if turn > 90 else turn + 180 if turn < -90 else turn
            look = f'font-size="11" fill="#4b5a56" stroke="#fff" stroke-width="3" {_turned(turn, x, y)}'
            out.append(_text(x, y + 4, street.name, look))
        return out

    def _pixels(self, points) -> np.ndarray:
        metres = to_metres(np.array(points))
        return np.column_stack([(metres[:, 0] - self.low[0]) * self.scale, (self.high[1] - metres[:, 1]) * self.scale])

    def _area(self, area: MultiPolygon) -> str:
        return "".join(self._path(ring) + "Z" for polygon in area for ring in polygon)

    def _lines(self, lines) -> str:
        return "".join(self._path(line) for line in lines)

    def _path(self, points) -> str:
        return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in self._pixels(points))


def _text(x: float, y: float, words: str, look: str) -> str:
    return f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="middle" paint-order="stroke" {look}>{words}</text>'


def _turned(degrees: float, x: float, y: float) -> str:
    return f'transform="rotate({degrees:.0f} {x:.0f} {y:.0f})"'
