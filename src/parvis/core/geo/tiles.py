"""Vector tiles of a territory's own map, for the interactive map: nothing is asked of a third party.

Layers: `green` (kind), `water` (surfaces), `river` (lines), `building`, `rail`, `road` (class 1 to 5, name; kind "road"
or "path" for those without a name), `boundary`, `place` (name, kind), `door` (number; closest zooms only).
"""

from collections.abc import Iterable, Iterator
from typing import Any

import mapbox_vector_tile
import numpy as np
import shapely
from django.conf import settings
from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

from parvis.core.tenancy.models import Territory
from parvis.lib import geometry
from parvis.lib.geometry import Box, tile_box

from .districts import edition, limits
from .kept import Kept
from .models import Address, FeatureKind, MapFeature, Place, RoadClass
from .queries import inside, streets_in

MIN_ZOOM, MAX_ZOOM = 7, 16
"""Beyond the last, the map stretches it: street numbers are in it."""
_EXTENT, _EDGE = 4096, 80
_LAYER_OF = {
    FeatureKind.WATER: "water", FeatureKind.RIVER: "river", FeatureKind.PARK: "green", FeatureKind.WOOD: "green",
    FeatureKind.BUILDING: "building", FeatureKind.RAIL: "rail", FeatureKind.ROAD: "road", FeatureKind.PATH: "road",
}  # fmt: skip
_FROM_ZOOM = {
    FeatureKind.WATER: 7, FeatureKind.RIVER: 9, FeatureKind.PARK: 11, FeatureKind.WOOD: 9, FeatureKind.BUILDING: 15,
    FeatureKind.RAIL: 9, FeatureKind.ROAD: 13, FeatureKind.PATH: 14,
}  # fmt: skip

_tiles: Kept[bytes] = Kept(2000)


def tile(territory: Territory, zoom: int, x: int, y: int) -> bytes:
    """Return the vector tile, empty when there is nothing in it. Raises ValueError when there is no such tile."""
    box = tile_box(zoom, x, y)
    if not MIN_ZOOM <= zoom <= MAX_ZOOM:
        return b""
    mark = edition(territory)
    key = (territory.pk, zoom, x, y)
    made = _tiles.get(key, mark)
    if made is None:
        with inside(territory):
            made = _tiles.put(key, mark, _encode(territory, box, zoom, x, y))
    return made


def tilejson(territory: Territory, url: str) -> dict[str, Any]:
    """Return the TileJSON 3.0 of a territory's tiles at `url` (with {z}/{x}/{y}); a new map has a new address.

    Every map begins with it, so it also says which `pictures` the operator lays under the maps, if any.
    """
    from .drawing import window

    box = window(territory)
    lat, lon = (territory.lat, territory.lon) if territory.lat is not None else box.centre
    names = ["green", "water", "river", "building", "rail", "road", "boundary", "place", "door"]
    return {
        "tilejson": "3.0.0",
        "name": territory.name,
        "tiles": [f"{url}?v={edition(territory) or 0}"],
        "minzoom": MIN_ZOOM,
        "maxzoom": MAX_ZOOM,
        "bounds": [round(value, 6) for value in (box.west, box.south, box.east, box.north)],
        "center": [round(lon, 6), round(lat, 6), 14],
        "vector_layers": [{"id": name, "fields": {}} for name in names],
        **({"pictures": settings.TILES.as_json()} if settings.TILES else {}),
    }


def _encode(territory: Territory, box: Box, zoom: int, x: int, y: int) -> bytes:
    window = box.grown((box.north - box.south) * 111_000 * _EDGE / _EXTENT)
    layers: dict[str, list[dict[str, Any]]] = {}
    for name, shapes, properties in _content(territory, window, zoom):
        for shape, words in zip(_cut(shapes, zoom, x, y), properties, strict=True):
            if not shape.is_empty:
                layers.setdefault(name, []).append({"geometry": shape, "properties": words})
    if not layers:
        return b""
    content = [{"name": name, "features": features} for name, features in layers.items()]
    return mapbox_vector_tile.encode(content, default_options={"extents": _EXTENT, "y_coord_down": True})


def _cut(shapes: Iterable[BaseGeometry], zoom: int, x: int, y: int) -> list[BaseGeometry]:
    """Project to the tile's own grid, cut at its edge, drop points closer than a grid step or two."""
    side = float(1 << zoom)

    def project(points: np.ndarray) -> np.ndarray:
        lat = np.radians(np.clip(points[:, 1], -85, 85))
        across = points[:, 0] / 360 + 0.5
        down = 0.5 - np.arcsinh(np.tan(lat)) / (2 * np.pi)
        return np.column_stack(((across * side - x) * _EXTENT, (down * side - y) * _EXTENT))

    array = np.array(list(shapes), dtype=object)
    if not len(array):
        return []
    grid = shapely.transform(array, project)
    thin = shapely.simplify(grid, 2 if zoom == MAX_ZOOM else 5, preserve_topology=False)
    return list(shapely.clip_by_rect(thin, -_EDGE, -_EDGE, _EXTENT + _EDGE, _EXTENT + _EDGE))


Layer = tuple[str, list[BaseGeometry], list[dict[str, Any]]]


def _content(territory: Territory, box: Box, zoom: int) -> Iterator[Layer]:
    yield from _features(box, zoom)
    lowest = RoadClass.MAIN if zoom < 9 else RoadClass.COLLECTOR if zoom < 11 else RoadClass.LOCAL
    streets = streets_in(box, RoadClass.PATH if zoom >= 14 else lowest)
    words = [{"class": street.road_class, "name": street.name} for street in streets]
    yield "road", [geometry.read(street.lines) for street in streets], words
    edges = limits(territory, box)
    names = [{"name": row.territory.name, "own": row.territory_id == territory.pk} for row, _line in edges]
    yield "boundary", [line for _row, line in edges], names
    if zoom >= 12:
        yield _points("place", Place.objects.filter(**_holds(box)), lambda row: {"name": row.name, "kind": row.kind})
    if zoom == MAX_ZOOM:
        doors = Address.objects.filter(**_holds(box)).order_by()
        yield _points("door", doors, lambda row: {"number": f"{row.number}{row.suffix}"})


def _features(box: Box, zoom: int) -> Iterator[Layer]:
    kinds = [kind for kind, least in _FROM_ZOOM.items() if zoom >= least]
    smallest = 40_075_017 * 0.7 / (1 << zoom) / 256 * 2  # two pixels on the screen
    rows = MapFeature.objects.filter(kind__in=kinds, size__gte=smallest, **_meets(box))
    by_layer: dict[str, list[MapFeature]] = {}
    for row in rows.order_by("-size"):
        by_layer.setdefault(_LAYER_OF[FeatureKind(row.kind)], []).append(row)
    for name in ("green", "river", "water", "building", "rail", "road"):
        found = by_layer.get(name, [])
        words = [{"kind": row.kind, "class": 5} | ({"name": row.name} if row.name else {}) for row in found]
        yield name, [geometry.read(row.geometry) for row in found], words


def _points(name: str, rows: Iterable[Any], words: Any) -> Layer:
    found = list(rows)
    return name, [Point(row.lon, row.lat) for row in found], [words(row) for row in found]


def _meets(box: Box) -> dict[str, float]:
    return {"west__lte": box.east, "east__gte": box.west, "south__lte": box.north, "north__gte": box.south}


def _holds(box: Box) -> dict[str, tuple[float, float]]:
    return {"lat__range": (box.south, box.north), "lon__range": (box.west, box.east)}
