"""The one public map: layers that modules declare, as GeoJSON of a window."""

from typing import Any

from django.urls import reverse

from parvis.core.geo.drawing import window as window_of
from parvis.core.registry.entries import MapFeature, MapLayer, Window
from parvis.core.registry.registry import registry
from parvis.core.tenancy.models import Territory
from parvis.core.tenancy.switches import switched_on
from parvis.lib.errors import Invalid, NotFound, gettext_noop

MOST = 2000  # features of one window: beyond, the map asks again nearer


def layers() -> list[MapLayer]:
    """Return the layers of the modules that the territory in force uses."""
    on = switched_on()
    return [layer for module, layer in registry().gather("map_layers") if module.name in on]


def layer_of(name: str) -> MapLayer:
    """Return the layer of that name. Raises NotFound."""
    found = next((layer for layer in layers() if layer.name == name), None)
    if found is None:
        raise NotFound
    return found


def description(territory: Territory) -> dict[str, Any]:
    """Return what the map's script needs: bounds, base, layers."""
    box = window_of(territory)
    return {
        "bounds": [box.west, box.south, box.east, box.north],
        "base": {"tilejson": reverse("geo:tilejson")},
        "layers": [
            {
                "name": layer.name,
                "label": str(layer.label),
                "url": reverse("portal:layer", args=[layer.name]),
                "on": layer.on,
                "window": True,
            }
            for layer in layers()
        ],
    }


def read_window(bbox: str, zoom: str) -> Window:
    """Return the window asked for as ``west,south,east,north``. Raises Invalid."""
    try:
        west, south, east, north = (float(part) for part in bbox.split(","))
        near = round(float(zoom or 14))
    except ValueError as error:
        raise Invalid(gettext_noop("Write bbox=west,south,east,north in degrees."), field="bbox") from error
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise Invalid(gettext_noop("Write bbox=west,south,east,north in degrees."), field="bbox")
    return Window(south, west, north, east, max(0, min(22, near)))


def geojson(layer: MapLayer, window: Window) -> dict[str, Any]:
    """Return a layer's features in a window as GeoJSON (RFC 7946)."""
    return {"type": "FeatureCollection", "features": [_feature(item) for item in layer.features(window, MOST)]}


def _feature(item: MapFeature) -> dict[str, Any]:
    return {
        "type": "Feature",
        "id": item.ref,
        "geometry": {"type": "Point", "coordinates": [round(item.lon, 6), round(item.lat, 6)]},
        "properties": {
            "label": str(item.label),
            "url": item.url,
            "icon": item.icon,
            "tone": item.tone,
            "hint": str(item.hint),
        },
    }
