"""What a map shows of the public reports: each one where they are few, cells with a number where they are many.

The finest answer that costs little is chosen: the kept counts tell beforehand how many there are.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from math import floor, log2
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from parvis.core.registry.entries import MapFeature, Window
from parvis.core.tenancy.context import current
from parvis.core.tenancy.guard import Scope
from parvis.lib.geometry import tile_box
from parvis.modules.issues import workflow
from parvis.modules.issues.discretion import shown_address, shown_degrees
from parvis.modules.issues.models import LEVELS, STATUS_LABELS, Category, Issue
from parvis.modules.issues.workflow import Status

from . import near, tiles
from .public import Filter, public_issues
from .tiles import Cell

TONES = {
    Status.REPORTED: "info",
    Status.ACCEPTED: "info",
    Status.PLANNED: "info",
    Status.RESOLVED: "ok",
    Status.DECLINED: "soft",
}
SOLVED_SHOWN = timedelta(days=30)
MOST_POINTS = 400  # beyond, a window shows cells: nobody reads four hundred pins
MOST_READ = 20_000  # reports that are grouped on the spot where tiles of their size are not kept
MOST_PASSED = 25_000  # reports of any kind, state and month among which those that answer are looked for
SCREEN = 8  # tiles of 512 pixels: the widest that is looked at
EDGE = 1e-7  # degrees: what rounding may put on the other side of a tile's edge
NEAR = 14  # from this zoom on, a window is small enough to look at the reports themselves


@dataclass(frozen=True, slots=True)
class View:
    """What lies in a window: reports, or cells; `total` counts all that answer there."""

    total: int
    issues: list[dict[str, Any]] = field(default_factory=list)
    cells: list[Cell] = field(default_factory=list)


def level_for(zoom: int) -> int:
    """Return the kept level whose tiles are 32 to 64 pixels wide at a zoom of the map (whose tiles have 512)."""
    return max((level for level in LEVELS if level <= zoom + 4), default=LEVELS[0])


def inside(rows: QuerySet[Issue], window: Window) -> QuerySet[Issue]:
    """Keep the reports of a window; those without a place are in none."""
    return rows.filter(lat__gte=window.south, lat__lte=window.north, lon__gte=window.west, lon__lte=window.east)


def view(asked: Filter, window: Window) -> View:
    """Return what a map window shows of the reports that answer."""
    if asked.text.strip():
        return _points(asked, window, most=None)
    window = _honest(window)
    level = level_for(window.zoom)
    found = tiles.cells(asked, window, level)
    if not found:
        return View(0)
    about, window = sum(cell.count for cell in found), _around(found, level, window)
    most = MOST_READ // 2 if window.zoom >= NEAR else MOST_POINTS
    finer = _finer(asked, window, about, level) if about <= most * _wider(window.zoom) else None
    return finer or View(about, cells=found)


def _finer(asked: Filter, window: Window, about: int, level: int) -> View | None:
    """Return the reports themselves or finer cells than are kept, if they can be found at little cost."""
    wider = _wider(window.zoom)
    held = about if asked.is_empty else tiles.total(Filter(), window, level)
    is_small = held <= MOST_PASSED * wider
    if about <= MOST_POINTS * wider:
        points = _few(asked, window) if is_small else _points(asked, window, most=MOST_POINTS)
        if points.total <= MOST_POINTS:
            return points
    if not is_small or window.zoom < NEAR:
        return None
    found = near.cells(asked, window, min(20, window.zoom + 4), MOST_READ + 1)
    total = sum(cell.count for cell in found)
    return View(total, cells=found) if total <= MOST_READ else None


def _honest(window: Window) -> Window:
    """Return a window with a zoom that its extent can have: nobody reads a whole country at the zoom of a street."""
    extent = max(window.east - window.west, window.north - window.south, 1e-6)
    return replace(window, zoom=max(0, min(window.zoom, floor(log2(360 * SCREEN / extent)))))


def _around(found: Sequence[Cell], level: int, window: Window) -> Window:
    """Return the part of a window where its tiles lie that hold something: less to look through."""
    first = tile_box(level, min(cell.x for cell in found), min(cell.y for cell in found))
    last = tile_box(level, max(cell.x for cell in found), max(cell.y for cell in found))
    return replace(
        window,
        south=max(window.south, last.south - EDGE),
        west=max(window.west, first.west - EDGE),
        north=min(window.north, first.north + EDGE),
        east=min(window.east, last.east + EDGE),
    )


def _wider(zoom: int) -> int:
    """Return how many times more than a window its tiles may hold: near by, they reach far over its edges."""
    return 1 if zoom < NEAR else 2 * 4 ** (zoom - NEAR)


_COLUMNS = ("code", "lat", "lon", "status", "address", "category_id", "reported_at")


def _points(asked: Filter, window: Window, *, most: int | None) -> View:
    """Return the reports themselves; `total` is one too many when there are more than `most`."""
    return _told(inside(asked.rows(), window), most)


def _few(asked: Filter, window: Window) -> View:
    """Return the reports of a window that holds few others; `total` alone when they are too many."""
    found = near.ids(asked, window, MOST_POINTS + 1)
    return View(len(found)) if len(found) > MOST_POINTS else _told(public_issues().filter(pk__in=found), None)


def _told(rows: QuerySet[Issue], most: int | None) -> View:
    found = list(rows.order_by().prefetch_related(None).values(*_COLUMNS)[: None if most is None else most + 1])
    return View(len(found), issues=found)


def geojson(seen: View, *, street_only: bool = False) -> dict[str, Any]:
    """Return a view as GeoJSON (RFC 7946), with what the map's script reads of each feature; `n` counts a cell's.

    `street_only`: all of it is of a kind that names homes; a cell may hold one report.
    """
    kinds = {kind.pk: kind for kind in Category.objects.all()} if seen.issues else {}
    address = _address()
    features = [_point(row, kinds[row["category_id"]], address) for row in seen.issues]
    features += [_cell(cell, street_only=street_only) for cell in seen.cells]
    return {"type": "FeatureCollection", "total": seen.total, "features": features}


def _address() -> str:
    """Return the address of a report's page, with a star for its code: four hundred are not looked up one by one."""
    return Issue(code="*").get_absolute_url()


def _point(row: dict[str, Any], kind: Category, address: str) -> dict[str, Any]:
    status = Status(row["status"])
    place = shown_address(row["address"], street_only=kind.street_only)
    hint = " · ".join(part for part in (str(STATUS_LABELS[status]), place) if part)
    properties = {"label": str(kind.label), "url": address.replace("*", row["code"]), "icon": kind.icon, "hint": hint}
    told = {**properties, "tone": TONES[status], "n": 1}
    return _feature(row["code"], row["lat"], row["lon"], told, street_only=kind.street_only)


def _cell(cell: Cell, *, street_only: bool) -> dict[str, Any]:
    label = ngettext("%(n)s report", "%(n)s reports", cell.count) % {"n": cell.count}
    properties = {"label": label, "n": cell.count}
    return _feature(f"{cell.x}/{cell.y}", cell.lat, cell.lon, properties, street_only=street_only and cell.count == 1)


def _feature(ref: str, lat: float, lon: float, properties: dict[str, Any], *, street_only: bool) -> dict[str, Any]:
    point = {"type": "Point", "coordinates": [shown_degrees(axis, street_only=street_only) for axis in (lon, lat)]}
    return {"type": "Feature", "id": ref, "geometry": point, "properties": properties}


def in_window(window: Window, *, now: datetime, limit: int = 500) -> QuerySet[Issue]:
    """Return the public reports of a map window, newest first: open ones, and those solved in the last thirty days."""
    fresh = Q(status__in=sorted(workflow.OPEN)) | Q(status=Status.RESOLVED, resolved_at__gte=now - SOLVED_SHOWN)
    return inside(public_issues().filter(fresh), window)[:limit]


def features(window: Window, limit: int) -> Iterator[MapFeature]:
    """Yield the reports of a map window: open ones, and those solved in the last thirty days.

    Where more than `limit` are open, cells with a number stand for the open ones.
    """
    if current().scope is Scope.TERRITORY and limit >= MOST_POINTS:
        found = tiles.cells(Filter(state="open"), window, level_for(window.zoom))
        if sum(cell.count for cell in found) > limit:
            yield from (_many(cell) for cell in found)
            return
    for issue in in_window(window, now=timezone.now(), limit=limit):
        yield MapFeature(
            ref=issue.code,
            lat=issue.shown_lat,
            lon=issue.shown_lon,
            label=issue.category.label,
            url=issue.get_absolute_url(),
            icon=issue.category.icon,
            tone=TONES[Status(issue.status)],
            hint=f"{issue.status_label} · {issue.shown_address}",
        )


def _many(cell: Cell) -> MapFeature:
    return MapFeature(
        ref=f"{cell.x}/{cell.y}",
        lat=cell.lat,
        lon=cell.lon,
        label=_("%(n)s reports to be done") % {"n": cell.count},
        count=cell.count,
    )
