"""The one public map: layers that modules declare, as GeoJSON of a window."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from parvis.core.geo.drawing import window as window_of
from parvis.core.registry.entries import MapFeature, MapLayer, Window
from parvis.core.tenancy.models import Territory
from parvis.core.territories.models import Kind
from parvis.lib.errors import Invalid, NotFound, gettext_noop

from .ports import Port, address, ports

MOST = 2000  # features of one window: beyond, the map asks again nearer


@dataclass(frozen=True, slots=True)
class Shown:
    """A feature of the map; `origin` is the territory it belongs to when it is not this one."""

    item: MapFeature
    origin: Territory | None = None

    @property
    def url(self) -> str:
        """The address of its page, in the town it belongs to; empty when it has none."""
        return address(self.item.url, self.origin)


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer with everyone it is asked for: this territory first, then those whose map we show."""

    entry: MapLayer
    asked: tuple[Port[MapLayer], ...]

    def features(self, window: Window, limit: int = MOST) -> list[Shown]:
        """Return what lies in a window, ours first, at most `limit` in all."""
        found: list[Shown] = []
        for port in self.asked:
            wanted = limit - len(found)
            if wanted <= 0:
                break
            items = port.read(lambda entry, wanted=wanted: entry.features(window, wanted))  # type: ignore[misc]
            found += [Shown(item, port.origin) for item in items]
        return found

    @property
    def label(self) -> str:
        """What people call it, with whose it is when nothing in it is ours."""
        if any(port.origin is None for port in self.asked):
            return str(self.entry.label)
        return " · ".join([str(self.entry.label), *(port.origin.name for port in self.asked if port.origin)])


def layers() -> list[Layer]:
    """Return the layers there are: of the modules in use here, and of those whose map we show."""
    found: dict[str, list[Port[MapLayer]]] = {}
    for port in ports("map_layers", Kind.MAP):
        found.setdefault(port.entry.name, []).append(port)
    return [Layer(asked[0].entry, tuple(asked)) for asked in found.values()]


def layer_of(name: str) -> Layer:
    """Return the layer of that name. Raises NotFound."""
    found = next((layer for layer in layers() if layer.entry.name == name), None)
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
                "name": layer.entry.name,
                "label": layer.label,
                "url": reverse("portal:layer", args=[layer.entry.name]),
                "on": layer.entry.on,
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


def geojson(layer: Layer, window: Window) -> dict[str, Any]:
    """Return a layer's features in a window as GeoJSON (RFC 7946)."""
    return {"type": "FeatureCollection", "features": [_feature(shown) for shown in layer.features(window)]}


def _feature(shown: Shown) -> dict[str, Any]:
    item, origin = shown.item, shown.origin
    hint = " · ".join(part for part in (str(item.hint), origin.name if origin else "") if part)
    return {
        "type": "Feature",
        "id": f"{origin.slug}:{item.ref}" if origin else item.ref,
        "geometry": {"type": "Point", "coordinates": [round(item.lon, 6), round(item.lat, 6)]},
        "properties": {
            "label": str(item.label),
            "url": shown.url,
            "icon": item.icon,
            "tone": item.tone,
            "hint": hint,
            "origin": origin.name if origin else "",
            "n": item.count,
            "ref": "" if origin else item.ref,
        },
    }
