"""OpenStreetMap files (.osm.pbf, .osm xml): streets, water, woods, parks, buildings, named places, addresses."""

import json
from pathlib import Path
from typing import Any

import osmium
import osmium.filter
import osmium.geom
from shapely.geometry import shape as to_shape
from shapely.geometry.base import BaseGeometry

from parvis.lib import address, plain
from parvis.lib.errors import gettext_noop

from ..models import FeatureKind, RoadClass
from .geojson import gather, road_class
from .reading import (
    AddressDraft,
    BadLine,
    FeatureDraft,
    MapReading,
    PlaceDraft,
    Progress,
    StreetDraft,
    Unreadable,
    existing,
    silent,
)

SUFFIXES = (".osm", ".pbf", ".osm.gz", ".osm.bz2")
_DRAWN = ("highway", "waterway", "railway", "natural", "landuse", "leisure", "building", "water")
_PLACE_KEYS = ("amenity", "tourism", "leisure", "shop", "office", "historic", "place", "railway", "aeroway")
_NO_PLACES = frozenset(
    {
        "parking", "parking_space", "parking_entrance", "bench", "waste_basket", "vending_machine", "swimming_pool",
        "pitch", "garden", "bicycle_parking", "recycling", "hydrant", "level_crossing", "crossing", "switch", "signal",
        "milestone", "houses", "island", "islet",
    }
)  # fmt: skip
_TRACKS = frozenset({"path", "footway", "cycleway", "track", "steps", "bridleway", "pedestrian", "corridor"})
_NOT_DRAWN = frozenset(
    {"proposed", "construction", "razed", "abandoned", "platform", "elevator", "raceway", "rest_area", "services"}
)
_LINE_WATER = frozenset({"river", "stream", "canal", "ditch", "drain", "brook"})


def is_osm(path: str | Path) -> bool:
    """Say whether a file's name is that of an OpenStreetMap file."""
    return Path(path).name.lower().endswith(SUFFIXES)


def read_map(path: str | Path, *, progress: Progress = silent) -> MapReading:
    """Read everything the map uses. Raises Unreadable. A way that lacks its nodes is left out: extracts cut ways."""
    found = existing(path)
    reader = _Reader()
    try:
        objects = osmium.FileProcessor(str(found)).with_areas(osmium.filter.KeyFilter(*_DRAWN, *_PLACE_KEYS))
        objects = objects.with_locations().with_filter(osmium.filter.EmptyTagFilter())
        for count, thing in enumerate(objects, start=1):
            reader.take(thing)
            if count % 500 == 0:
                progress(500)
    except (RuntimeError, ValueError) as error:
        raise Unreadable(
            gettext_noop("%(path)s is not an OpenStreetMap file: %(why)s."), path=str(path), why=error
        ) from error
    return reader.result()


class _Reader:
    def __init__(self) -> None:
        self.reading = MapReading()
        self.streets: dict[str, StreetDraft] = {}
        self.factory = osmium.geom.GeoJSONFactory()

    def take(self, thing: Any) -> None:
        tags = {tag.k: tag.v for tag in thing.tags}
        if isinstance(thing, osmium.osm.Node):
            self._point(f"node:{thing.id}", tags, thing.location.lat, thing.location.lon)
        elif isinstance(thing, osmium.osm.Way):
            self._way(thing, tags)
        elif isinstance(thing, osmium.osm.Area):
            self._area(thing, tags)

    def result(self) -> MapReading:
        self.reading.streets.drafts = list(self.streets.values())
        return self.reading

    def _line(self, way: osmium.osm.Way) -> BaseGeometry | None:
        try:
            return to_shape(json.loads(self.factory.create_linestring(way)))
        except (RuntimeError, ValueError, osmium.InvalidLocationError):
            return None  # cut at the edge of the extract

    def _way(self, way: osmium.osm.Way, tags: dict[str, str]) -> None:
        highway = tags.get("highway", "")
        if highway and highway not in _NOT_DRAWN and tags.get("area") != "yes":
            self._road(way, tags, highway)
        elif tags.get("waterway") in _LINE_WATER:
            self._feature(f"way:{way.id}", FeatureKind.RIVER, self._line(way), tags)
        elif tags.get("railway") in {"rail", "light_rail", "subway"} and tags.get("tunnel") != "yes":
            self._feature(f"way:{way.id}", FeatureKind.RAIL, self._line(way), tags)

    def _road(self, way: osmium.osm.Way, tags: dict[str, str], highway: str) -> None:
        line = self._line(way)
        if line is None:
            return
        rank = RoadClass.PATH if highway in _TRACKS else road_class(highway)
        name = (tags.get("name") or "")[:200]
        if plain.key(name):
            gather(self.streets, StreetDraft(name, rank, [line]))
            return
        self.reading.streets.unnamed += 1
        kind = FeatureKind.PATH if rank == RoadClass.PATH else FeatureKind.ROAD
        self._feature(f"way:{way.id}", kind, line, tags)

    def _area(self, area: osmium.osm.Area, tags: dict[str, str]) -> None:
        source = f"{'way' if area.from_way() else 'relation'}:{area.orig_id()}"
        kind = _surface(tags)
        if kind is None and not _place_kind(tags) and "addr:housenumber" not in tags:
            return
        try:
            surface = to_shape(json.loads(self.factory.create_multipolygon(area)))
        except (RuntimeError, ValueError):
            return
        if kind:
            self._feature(source, kind, surface, tags)
        inside = surface.representative_point()
        self._point(source, tags, inside.y, inside.x)

    def _feature(self, source: str, kind: str, geometry: BaseGeometry | None, tags: dict[str, str]) -> None:
        if geometry is not None and not geometry.is_empty:
            self.reading.features.drafts.append(FeatureDraft(source, kind, geometry, tags.get("name", "")[:200]))

    def _point(self, source: str, tags: dict[str, str], lat: float, lon: float) -> None:
        if kind := _place_kind(tags):
            number, street = tags.get("addr:housenumber", ""), tags.get("addr:street", "")
            where = f"{number}, {street}" if number and street else ""
            draft = PlaceDraft(source, kind, tags["name"][:200], lat, lon, where[:200])
            self.reading.places.drafts.append(draft)
        if "addr:housenumber" in tags and "addr:street" in tags:
            self._address(source, tags, lat, lon)

    def _address(self, source: str, tags: dict[str, str], lat: float, lon: float) -> None:
        line = int(source.partition(":")[2])
        try:
            civic = address.civic_number(tags["addr:housenumber"])
        except ValueError:
            reason = gettext_noop("this is no civic number")
            self.reading.addresses.bad.append(BadLine(line, reason, tags["addr:housenumber"]))
            return
        postal_code = tags.get("addr:postcode", "")[:10].upper()
        draft = AddressDraft(line, tags["addr:street"][:200], civic.number, civic.suffix, lat, lon, postal_code, source)
        self.reading.addresses.drafts.append(draft)


def _surface(tags: dict[str, str]) -> str | None:
    if tags.get("natural") == "water" or tags.get("waterway") in {"riverbank", "dock"} or "water" in tags:
        return FeatureKind.WATER
    if tags.get("landuse") in {"reservoir", "basin"}:
        return FeatureKind.WATER
    if tags.get("natural") == "wood" or tags.get("landuse") == "forest":
        return FeatureKind.WOOD
    if tags.get("leisure") in {"park", "nature_reserve", "golf_course", "playground"}:
        return FeatureKind.PARK
    return FeatureKind.BUILDING if tags.get("building", "no") != "no" else None


def _place_kind(tags: dict[str, str]) -> str:
    """Return what a named thing is, in OpenStreetMap's own word; "" when it is nothing people look for."""
    if not plain.key(tags.get("name", "")) or tags.get("highway"):
        return ""
    found = next((tags[key] for key in _PLACE_KEYS if key in tags), "")
    return "" if found in _NO_PLACES else found[:40]
