"""Reads of assets."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from parvis.core.registry.entries import MapFeature, Window
from parvis.core.registry.registry import registry
from parvis.core.tenancy.switches import switched_on
from parvis.lib.actor import Actor
from parvis.lib.plain import words

from .models import Asset, AssetKind, AssetState

ICONS = {
    "lamp": "lamp",
    "hydrant": "water",
    "culvert": "road",
    "bench": "tree",
    "building": "building",
    "vehicle": "bus",
}

MOST_FOUND = 5000


@dataclass(frozen=True, slots=True)
class AssetFilter:
    """What the staff's list is asked. `state`: ``standing`` (all but what was removed), one state, or empty for all."""

    text: str = ""
    kind: str = ""
    state: str = "standing"
    district_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class AssetPage:
    """A page of the list; `next` stands for the following one, empty at the end."""

    assets: Sequence[Asset]
    next: str = ""


def listed(wanted: AssetFilter) -> QuerySet[Asset]:
    """Return what a filter asks for in the territory in force, by kind and number; by words, at most 5,000."""
    rows = Asset.objects.select_related("district").defer("details", "district__polygon").order_by("kind", "code")
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    if wanted.district_id:
        rows = rows.filter(district_id=wanted.district_id)
    if wanted.state == "standing":
        rows = rows.exclude(state=AssetState.REMOVED)
    elif wanted.state:
        rows = rows.filter(state=wanted.state)
    return rows.filter(pk__in=_found(wanted)) if words(wanted.text) else rows


def _found(wanted: AssetFilter) -> list[UUID]:
    state = None if wanted.state == "standing" else wanted.state or None
    asked: list[Any] = [words(wanted.text)[:8], wanted.kind or None, state, wanted.district_id, MOST_FOUND]
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM parvis.search_assets(%s, %s, %s, %s, %s)", asked)
        return [row[0] for row in cursor.fetchall()]


def page_of(wanted: AssetFilter, *, after: str = "", size: int = 50) -> AssetPage:
    """Return the page of the list that follows a thing, given by its id as the page before said; else the first."""
    rows, last = listed(wanted), _by_id(after)
    if last is not None:
        rows = rows.filter(kind__gte=last.kind).filter(Q(kind__gt=last.kind) | Q(code__gt=last.code))
    found = list(rows[: size + 1])
    return AssetPage(found[:size], str(found[size - 1].pk) if len(found) > size else "")


def _by_id(key: str) -> Asset | None:
    try:
        return Asset.objects.only("kind", "code").filter(pk=UUID(key)).first()
    except ValueError:
        return None


def screen_of(actor: Actor, asset: Asset) -> str:
    """Return the address of the staff screen of a thing; empty where no module has one that this actor may open."""
    screens = [module.asset_screen for module in registry() if module.asset_screen and module.name in switched_on()]
    return screens[0](actor, asset.pk) if screens else ""


def in_window(window: Window) -> QuerySet[Asset]:
    """Return the assets of a map window, found by the index on latitude and longitude."""
    return Asset.objects.filter(
        lat__gte=window.south, lat__lte=window.north, lon__gte=window.west, lon__lte=window.east
    ).exclude(state=AssetState.REMOVED)


def nearest(
    lat: float, lon: float, *, public_only: bool, kind: str = "", within: float = 0.001, limit: int = 8
) -> list[Asset]:
    """Return the assets around a point, nearest first; `within` is in degrees of latitude (0.001 is about 110 m).

    `public_only` for whoever may not see what the public map leaves out.
    """
    rows = in_window(Window(lat - within, lon - within * 1.5, lat + within, lon + within * 1.5))
    if kind:
        rows = rows.filter(kind=kind)
    if public_only:
        rows = rows.filter(is_public=True)
    return sorted(rows[:500], key=lambda a: (a.lat - lat) ** 2 + (a.lon - lon) ** 2)[:limit]


def features(window: Window, limit: int) -> Iterable[MapFeature]:
    """Yield the public assets of a map window, once it is near enough to tell them apart."""
    if window.zoom < 15:
        return
    pages = [module.asset_page for module in registry() if module.asset_page and module.name in switched_on()]
    for asset in in_window(window).filter(is_public=True)[:limit]:
        yield MapFeature(
            ref=str(asset.pk),
            lat=asset.lat,
            lon=asset.lon,
            label=str(asset),
            url=pages[0](asset.pk) if pages else "",
            icon=ICONS.get(asset.kind, "pin"),
            tone="ok" if asset.state == AssetState.GOOD else "info",
            hint=f"{AssetKind(asset.kind).label} · {AssetState(asset.state).label}",
        )
