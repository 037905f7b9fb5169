"""Reads of assets."""

from collections.abc import Iterable

from django.db.models import QuerySet

from parvis.core.registry.entries import MapFeature, Window
from parvis.core.registry.registry import registry
from parvis.core.tenancy.switches import switched_on

from .models import Asset, AssetKind, AssetState

ICONS = {
    "lamp": "lamp",
    "hydrant": "water",
    "culvert": "road",
    "bench": "tree",
    "building": "building",
    "vehicle": "bus",
}


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
