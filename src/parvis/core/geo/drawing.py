"""The drawn map: a small SVG made on the server, themed by the page's style sheet, that needs no script."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

import shapely
from django.db.models import Q
from django.utils.safestring import SafeString, mark_safe
from shapely.geometry.base import BaseGeometry

from parvis.core.tenancy.models import Territory
from parvis.lib import geometry
from parvis.lib.geometry import Box

from .canvas import LETTER, Label, View, label_along, path
from .districts import edition, limits
from .kept import Kept
from .models import Boundary, FeatureKind, MapFeature, Place, RoadClass, Street
from .queries import inside, streets_in

BUDGET = 28_000
"""Characters of a drawing without its marks; past it, it is drawn again with fewer details."""
SIZE = (720, 360)
_WIDTHS = {  # metres on the ground, least pixels
    RoadClass.HIGHWAY: (20, 3.6), RoadClass.MAIN: (15, 3.0), RoadClass.COLLECTOR: (12, 2.4),
    RoadClass.LOCAL: (9, 1.6), RoadClass.PATH: (2.5, 0.8),
}  # fmt: skip
_LABELS = 9
_STYLE = (
    ".map{background:#eaf2ec}.water{fill:none;stroke:#a9c5e2;stroke-linecap:round}.lake{fill:#a9c5e2}.case{fill:none;"
    "stroke:#d5cfc2;stroke-linecap:round;stroke-linejoin:round}.road{fill:none;stroke:#fff;stroke-linecap:round;"
    "stroke-linejoin:round}.outline{fill:none;stroke:#8b857a;stroke-dasharray:6 5}.pin{fill:#b3341d;stroke:#fff;"
    "stroke-width:3}.pin.done{fill:#2e7d4f}.pin.doing{fill:#1c5f9e}.pin.place{fill:#17211f}.eye{fill:#fff}"
    "text{font:600 13px system-ui,sans-serif;fill:#4b5a56;paint-order:stroke;stroke:#eaf2ec;stroke-width:3px}"
    "@media(prefers-color-scheme:dark){.map{background:#16211c}.water{stroke:#24435f}.lake{fill:#24435f}.case{stroke:"
    "#0d1311}.road{stroke:#3b4843}.outline{stroke:#7a8a84}.pin,.eye{stroke:#18211e}.pin{fill:#ff9a84}.pin.done{fill:"
    "#7fd3a0}.pin.doing{fill:#8cc2f2}.pin.place{fill:#eef3f0}.eye{fill:#18211e}text{fill:#b0beb9;stroke:#16211c}}"
)
_PIN = "M0 0s13-12 13-23a13 13 0 0 0-26 0C-13-12 0 0 0 0z"

_EYE = '<circle class="eye" cy="-23" r="4.5"/>'

_drawn: Kept[tuple[str, list[Label]]] = Kept(300)


@dataclass(frozen=True, slots=True)
class Mark:
    """A pin. `tone` is a class of the style sheet ("", done, doing, place); with a `url` it is a link.

    A `number` stands where the pin has its eye.
    """

    lat: float
    lon: float
    label: str = ""
    tone: str = ""
    url: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class Square:
    """A part of the map that is darker the more there is in it; `share` of the darkest, 0 to 1."""

    box: Box
    share: float
    label: str = ""


def window(territory: Territory) -> Box:
    """Return the window of a territory: its boundary, else its streets, else five kilometres around its point."""
    boundary = Boundary.everywhere.filter(territory=territory).defer("polygon").first()
    if boundary is not None:
        return boundary.box
    with inside(territory):
        boxes = [row.box for row in Street.objects.only("west", "south", "east", "north")]
    if boxes:
        return Box(
            min(b.west for b in boxes), min(b.south for b in boxes),
            max(b.east for b in boxes), max(b.north for b in boxes),
        )  # fmt: skip
    lat, lon = territory.lat or 46.8, territory.lon or -71.2
    return Box(lon, lat, lon, lat).grown(5000)


def village_window(territory: Territory, metres: float = 900) -> Box:
    """Return the window around a territory's own point: the village, where most things happen."""
    if territory.lat is None or territory.lon is None:
        return window(territory)
    return Box(territory.lon, territory.lat, territory.lon, territory.lat).grown(metres)


def around(lat: float, lon: float, metres: float = 400) -> Box:
    """Return the window of so many metres on each side of a place."""
    return Box(lon, lat, lon, lat).grown(metres)


def svg(
    territory: Territory,
    window: Box,
    size: tuple[int, int] = SIZE,
    marks: Iterable[Mark] = (),
    *,
    title: str = "",
    standalone: bool = False,
    squares: Iterable[Square] = (),
) -> SafeString:
    """Return an SVG of a window: water, woods, roads, names, limits, then squares and marks. At most about 30 kB.

    Classes are those of the house's style sheet; a `standalone` image carries its own (light) colours, for `<img>`.
    """
    view = View.over(window, *size)
    mark = edition(territory)
    key = (territory.pk, round(view.x, 8), round(view.y, 8), round(view.scale, 1), size)
    drawn = _drawn.get(key, mark)
    if drawn is None:
        with inside(territory):
            drawn = _drawn.put(key, mark, _within_budget(territory, view))
    width, height = size
    namespace = ' xmlns="http://www.w3.org/2000/svg"' if standalone else ""
    style = f"<style>{_STYLE}</style>" if standalone else ""
    kind = "group" if marks else "img"  # a picture may hold nothing to press; marks are links
    role = f'role="{kind}" aria-label="{escape(title)}"' if title else 'aria-hidden="true"'
    darker = "".join(_square(view, square) for square in squares)
    shown = [mark for mark in marks if view.shows(mark.lat, mark.lon)]
    pins = "".join(_pin(view, mark) for mark in shown)
    head = f'<svg{namespace} class="map" viewBox="0 0 {width} {height}" preserveAspectRatio="xMidYMid slice" {role}>'
    ground, labels = drawn
    names = "".join(_name(label) for label in _beside(view, labels, shown))
    return mark_safe(f"{head}{style}{ground}{names}{darker}{pins}</svg>")  # noqa: S308 (numbers, and text that was escaped)


def pixel(window: Box, size: tuple[int, int], lat: float, lon: float) -> tuple[float, float]:
    """Return where a position lies on the drawing of a window."""
    return View.over(window, *size).point(lat, lon)


def position(window: Box, size: tuple[int, int], x: float, y: float) -> tuple[float, float]:
    """Return the (lat, lon) of a pixel on the drawing of a window: a tap on the image, without script."""
    view = View.over(window, *size)
    return geometry.from_mercator(view.x + x / view.scale, view.y + y / view.scale)


def _square(view: View, square: Square) -> str:
    (left, top), (right, bottom) = (
        view.point(square.box.north, square.box.west),
        view.point(square.box.south, square.box.east),
    )
    label = f"<title>{escape(square.label)}</title>" if square.label else ""
    size = f'x="{left:.1f}" y="{top:.1f}" width="{right - left:.1f}" height="{bottom - top:.1f}"'
    return f'<rect class="spot" fill="#a92f19" fill-opacity="{0.12 + 0.5 * square.share:.2f}" {size}>{label}</rect>'


def _pin(view: View, mark: Mark) -> str:
    x, y = view.point(mark.lat, mark.lon)
    label = f"<title>{escape(mark.label)}</title>" if mark.label else ""
    tone = f" {escape(mark.tone)}" if mark.tone else ""
    eye = f'<text class="count" y="-18">{escape(mark.number)}</text>' if mark.number else _EYE
    shape = f'<path class="pin{tone}" d="{_PIN}"/>{eye}'
    group = f'<g transform="translate({x:.0f} {y:.0f})">{label}{shape}</g>'
    return f'<a href="{escape(mark.url)}">{group}</a>' if mark.url else group


def _name(label: Label) -> str:
    turned = f" rotate({label.angle:.0f})" if label.angle else ""
    place = f'transform="translate({label.x:.0f} {label.y:.0f}){turned}"'
    return f'<text text-anchor="middle" {place} dy="4">{escape(label.text)}</text>'


def _beside(view: View, labels: Sequence[Label], marks: Sequence[Mark]) -> Sequence[Label]:
    """Return the names that no pin stands on: half hidden, nobody reads them."""
    if not marks:
        return labels
    feet = [view.point(mark.lat, mark.lon) for mark in marks]
    pins = shapely.STRtree([shapely.box(x - 13, y - 36, x + 13, y) for x, y in feet])
    return [label for label in labels if not len(pins.query(label.box, predicate="intersects"))]


def _within_budget(territory: Territory, view: View) -> tuple[str, list[Label]]:
    """Draw, with less and less detail until it is small enough for a rural line; return the names apart."""
    lowest = _lowest_class(view.zoom)
    ground, labels = "", list[Label]()
    for thin, coarser in ((0.7, 0), (1.2, 0), (2.0, 0), (2.0, 1), (3.0, 2), (5.0, 3)):
        ground, labels = _draw(territory, view, thin, max(RoadClass.HIGHWAY, lowest - coarser))
        if len(ground) + sum(len(_name(label)) for label in labels) <= BUDGET:
            break
    return ground, labels


def _lowest_class(zoom: float) -> int:
    if zoom < 9:
        return RoadClass.MAIN
    if zoom < 11:
        return RoadClass.COLLECTOR
    return RoadClass.LOCAL if zoom < 14.5 else RoadClass.PATH


def _draw(territory: Territory, view: View, thin: float, lowest: int) -> tuple[str, list[Label]]:
    streets = streets_in(view.box, lowest)
    shapes = view.shapes((geometry.read(street.lines) for street in streets), thin)
    parts = [*_nature(view, thin, lowest), *_limits(territory, view, thin)]
    roads: dict[int, list[BaseGeometry]] = {}
    for street, shape in zip(streets, shapes, strict=True):
        roads.setdefault(street.road_class, []).append(shape)
    if lowest >= RoadClass.LOCAL and view.zoom >= 13:
        roads.setdefault(RoadClass.PATH, []).extend(_features(view, thin, FeatureKind.ROAD, FeatureKind.PATH))
    order = sorted(roads, reverse=True)
    lines = {rank: (path(roads[rank]), _width(rank, view)) for rank in order}
    parts += [
        f'<path class="case" stroke-width="{width + 2:.1f}" d="{d}"/>'
        for rank, (d, width) in lines.items()
        if d and rank < RoadClass.PATH and (rank < RoadClass.LOCAL or view.zoom >= 13)
    ]
    parts += [f'<path class="road" stroke-width="{width:.1f}" d="{d}"/>' for d, width in lines.values() if d]
    return "".join(parts), _labels(territory, view, streets, shapes)


def _width(rank: int, view: View) -> float:
    metres, pixels = _WIDTHS[RoadClass(rank)]
    if view.zoom < 13:
        pixels *= 0.7  # a whole town: thinner, or its village is one white spot
    return min(14.0, max(pixels, metres * view.metre))


def _rows(view: View, *kinds: str) -> Sequence[MapFeature]:
    box = view.box
    visible = 4 / view.metre
    return list(
        MapFeature.objects.filter(
            Q(size__gte=visible) & Q(kind__in=kinds),
            west__lte=box.east, east__gte=box.west, south__lte=box.north, north__gte=box.south,
        ).order_by("-size")[:1500]
    )  # fmt: skip


def _features(view: View, thin: float, *kinds: str) -> list[BaseGeometry]:
    return view.shapes((geometry.read(row.geometry) for row in _rows(view, *kinds)), thin)


def _nature(view: View, thin: float, lowest: int) -> list[str]:
    """Draw woods and parks, then water; buildings when the view is close."""
    parts = []
    greens = path(_features(view, thin * 1.5, FeatureKind.WOOD, FeatureKind.PARK), 5)
    if greens:
        parts.append(f'<path class="wood" fill="#2e7d4f" fill-opacity=".1" d="{greens}"/>')
    waters = _features(view, thin, FeatureKind.WATER, FeatureKind.RIVER)
    lakes = path([shape for shape in waters if shape.geom_type.endswith("Polygon")], 2)
    rivers = path([shape for shape in waters if not shape.geom_type.endswith("Polygon")], 4)
    if rivers:
        width = min(8.0, max(1.4, 5 * view.metre))
        parts.append(f'<path class="water" stroke-width="{width:.1f}" d="{rivers}"/>')
    if lakes:
        parts.append(f'<path class="lake" fill-rule="evenodd" d="{lakes}"/>')
    if view.zoom >= 16 and lowest == RoadClass.PATH:
        houses = path(_features(view, thin, FeatureKind.BUILDING), 3)
        parts.append(f'<path class="building" fill="#8b857a" fill-opacity=".22" d="{houses}"/>' if houses else "")
    return parts


def _limits(territory: Territory, view: View, thin: float) -> list[str]:
    """Draw the limits of the territory, and those of its neighbours and members, when the view is wide."""
    found = limits(territory, view.box)
    lines = [line for row, line in found if view.zoom < 14 or row.territory_id == territory.pk]
    outline = path(view.shapes(lines, thin * 1.5))
    return [f'<path class="outline" stroke-width="1.5" d="{outline}"/>'] if outline else []


def _labels(territory: Territory, view: View, streets: Sequence[Street], shapes: Sequence[BaseGeometry]) -> list[Label]:
    """Return the names of towns on a wide view, then of main streets, where they fit without touching."""
    kept: list[Label] = []
    if territory.is_regional or view.zoom < 11.5:
        for row in Boundary.everywhere.select_related("territory").order_by("surface"):
            if not row.territory.is_regional and row.territory.lat is not None:
                x, y = view.point(row.territory.lat, row.territory.lon)
                _keep(kept, Label(row.territory.name, x, y, 0), view)
    for place in Place.objects.filter(kind__in=["village", "town", "hamlet", "city"])[:8]:
        if view.zoom < 14:
            _keep(kept, Label(place.name, *view.point(place.lat, place.lon), 0), view)
    if view.zoom >= 11:
        for street, shape in zip(streets, shapes, strict=True):
            if len(kept) >= _LABELS or street.road_class == RoadClass.PATH:
                break
            label = label_along(street.name, shape, view.width, view.height)
            if label is not None:
                _keep(kept, label, view)
    return kept


def _keep(kept: list[Label], label: Label, view: View) -> None:
    half = len(label.text) * LETTER / 2 if not label.angle else 0
    inside_image = half < label.x < view.width - half and 10 < label.y < view.height - 6
    if inside_image and not any(label.meets(other) for other in kept):
        kept.append(label)
