"""Writes of the map: each takes the drafts of an importer, all or nothing, and is safe to run twice."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from shapely.geometry import MultiLineString, MultiPolygon
from shapely.geometry.base import BaseGeometry
from shapely.ops import unary_union

from parvis.core.events.operations import record
from parvis.core.tenancy.context import use
from parvis.core.tenancy.models import Territory
from parvis.lib import address, geometry, plain
from parvis.lib.actor import Actor
from parvis.lib.errors import gettext_noop, require
from parvis.lib.geometry import Area
from parvis.lib.ids import new_id

from .bulk import Stored, upsert
from .importers.reading import (
    AddressDraft,
    AreaDraft,
    BadLine,
    BadLines,
    FeatureDraft,
    MapReading,
    PlaceDraft,
    Progress,
    Reading,
    StreetDraft,
    silent,
)
from .models import Address, Boundary, District, DistrictKind, Edition, MapFeature, Place, RoadClass, Street
from .rules import can_import

TOLERANCE = 500.0
"""How far outside the boundary an address may stand, in metres: boundaries and addresses come from different hands."""


@transaction.atomic
def store_map(
    *,
    actor: Actor,
    territory: Territory,
    reading: MapReading,
    clip: bool = True,
    skip_bad: bool = False,
    progress: Progress = silent,
) -> dict[str, Stored]:
    """Store streets, features, places and addresses of a map file. Raises NotAllowed, BadLines.

    With `clip`, what lies wholly outside the territory's boundary is left out (map files go beyond it).
    """
    require(can_import(actor, territory))
    refuse(skip_bad, reading.streets, reading.features, reading.places)
    with use(territory=territory):
        area = _area(territory) if clip else None
        done = {
            "streets": _store_streets(reading.streets.drafts, area, progress),
            "features": _store_features(reading.features.drafts, area, progress),
            "places": _store_places(reading.places.drafts, area, progress),
        }
        if reading.addresses.drafts:
            # the numbers of a volunteered map are a gift, not the roll: those that cannot be read are left out
            done["addresses"] = _store_addresses(reading.addresses.drafts, area, progress, drop_far=True)
        done["streets"].doubles = reading.streets.doubles
        _changed(actor, territory, "streets")
    return done


@transaction.atomic
def store_addresses(
    *,
    actor: Actor,
    territory: Territory,
    reading: Reading[AddressDraft],
    skip_bad: bool = False,
    progress: Progress = silent,
) -> Stored:
    """Store civic addresses; streets that nobody knew yet are made. Raises NotAllowed, BadLines."""
    require(can_import(actor, territory))
    with use(territory=territory):
        area = _area(territory)
        far = [] if area is None else [d for d in reading.drafts if not area.within(d.lat, d.lon, TOLERANCE)]
        outside = gettext_noop("this place is outside the territory")
        refuse(skip_bad, reading, extra=[BadLine(d.line, outside, f"{d.lat}, {d.lon}") for d in far])
        gone = set(far)
        stored = _store_addresses([d for d in reading.drafts if d not in gone], area, progress)
        stored.doubles, stored.left_out = stored.doubles + reading.doubles, len(far)
        _changed(actor, territory, "addresses")
    return stored


@transaction.atomic
def store_boundary(
    *, actor: Actor, territory: Territory, areas: Sequence[AreaDraft], source: str = "", surface: float = 0
) -> Boundary:
    """Make the union of the areas the territory's boundary. Raises NotAllowed."""
    require(can_import(actor, territory))
    with use(territory=territory):
        shape = _surfaces(unary_union([area.geometry for area in areas]))
        values = {
            "polygon": geometry.write(shape),
            "surface": surface or geometry.area_km2(shape),
            "edition": new_id(),
            "source": source[:200],
            **_window(shape),
        }
        boundary, _ = Boundary.objects.update_or_create(territory=territory, defaults=values)
        if territory.lat is None or not Area(shape).contains(territory.lat, territory.lon or 0):
            territory.lat, territory.lon = geometry.point_on_surface(shape)
            territory.save(update_fields=["lat", "lon"])
        _changed(actor, territory, "boundary")
    return boundary


@transaction.atomic
def store_districts(
    *, actor: Actor, territory: Territory, areas: Sequence[AreaDraft], kind: str = DistrictKind.ELECTORAL
) -> Stored:
    """Store districts of one kind by their codes; those that are no longer in the list stay. Raises NotAllowed."""
    require(can_import(actor, territory))
    with use(territory=territory):
        fresh = [
            District(
                territory=territory, kind=kind, code=area.code, name=area.name,
                polygon=geometry.write(_surfaces(area.geometry)), **_window(area.geometry),
            )
            for area in areas
        ]  # fmt: skip
        existing = {row.code: row for row in District.objects.filter(kind=kind)}
        stored = upsert(District, fresh, lambda row: existing.get(row.code), silent)
        _changed(actor, territory, "districts")
    return stored


def refuse(skip_bad: bool, *readings: Reading[Any], extra: Sequence[BadLine] = ()) -> None:
    """Raise BadLines with every line that could not be read, unless told to leave them out."""
    bad = sorted([*(line for reading in readings for line in reading.bad), *extra], key=lambda line: line.line)
    if bad and not skip_bad:
        raise BadLines(bad)


def _changed(actor: Actor, territory: Territory, what: str) -> None:
    """Give the map a new mark, so that every cache reads again, and say so."""
    edition, _ = Edition.objects.update_or_create(territory=territory, defaults={"mark": new_id()})
    record(actor, "geo.map_changed", edition, what=what)


def _area(territory: Territory) -> Area | None:
    boundary = Boundary.objects.filter(territory=territory).first()
    return Area(boundary.polygon) if boundary else None


def _window(shape: BaseGeometry) -> dict[str, float]:
    box = geometry.bbox(shape)
    return {"west": box.west, "south": box.south, "east": box.east, "north": box.north}


def _surfaces(shape: BaseGeometry) -> BaseGeometry:
    """Keep the polygons only: making a geometry valid may leave stray lines."""
    if shape.geom_type in {"Polygon", "MultiPolygon"}:
        return shape
    parts = [part for part in getattr(shape, "geoms", []) if part.geom_type in {"Polygon", "MultiPolygon"}]
    return unary_union(parts) if parts else MultiPolygon()


def _lines(pieces: Iterable[BaseGeometry]) -> BaseGeometry:
    return MultiLineString([line for piece in pieces for line in getattr(piece, "geoms", [piece])])


def _store_streets(drafts: Sequence[StreetDraft], area: Area | None, progress: Progress) -> Stored:
    fresh, left_out = [], 0
    for draft in drafts:
        shape = _lines(draft.pieces)
        if area is not None and not area.geometry.intersects(shape):
            left_out += 1
            continue
        fresh.append(_street(draft.name, draft.road_class, shape))
    existing = {row.source_id: row for row in Street.objects.all()}
    stored = upsert(Street, fresh, lambda row: existing.get(row.source_id), progress)
    stored.left_out = left_out
    return stored


def _street(name: str, road_class: int, shape: BaseGeometry) -> Street:
    parts = address.street(name)
    return Street(
        source_id=plain.key(name), name=name, kind=parts.kind, search_key=address.search_key(name),
        road_class=road_class, lines=geometry.write(shape), length=round(geometry.length_m(shape), 1), **_window(shape),
    )  # fmt: skip


def _store_features(drafts: Sequence[FeatureDraft], area: Area | None, progress: Progress) -> Stored:
    kept = [draft for draft in drafts if area is None or area.geometry.intersects(draft.geometry)]
    fresh = [
        MapFeature(
            source_id=draft.source_id, kind=draft.kind, name=draft.name, geometry=geometry.write(draft.geometry),
            size=_size(draft.geometry), **_window(draft.geometry),
        )
        for draft in kept
    ]  # fmt: skip
    existing = {row.source_id: row for row in MapFeature.objects.all()}
    stored = upsert(MapFeature, fresh, lambda row: existing.get(row.source_id), progress)
    stored.left_out = len(drafts) - len(kept)
    return stored


def _size(shape: BaseGeometry) -> float:
    """Return the longer side of the window in metres."""
    box = geometry.bbox(shape)
    lat, lon = box.centre
    across = geometry.distance_m(lat, box.west, lat, box.east)
    return round(max(across, geometry.distance_m(box.south, lon, box.north, lon)), 1)


def _store_places(drafts: Sequence[PlaceDraft], area: Area | None, progress: Progress) -> Stored:
    kept = {d.source_id: d for d in drafts if area is None or area.contains(d.lat, d.lon)}
    fresh = [
        Place(
            source_id=draft.source_id, kind=draft.kind, name=draft.name, search_key=plain.key(draft.name)[:200],
            address=draft.address, lat=draft.lat, lon=draft.lon,
        )
        for draft in kept.values()
    ]  # fmt: skip
    existing = {row.source_id: row for row in Place.objects.all()}
    stored = upsert(Place, fresh, lambda row: existing.get(row.source_id), progress)
    stored.left_out = len(drafts) - len(kept)
    return stored


def _store_addresses(
    drafts: Sequence[AddressDraft], area: Area | None, progress: Progress, *, drop_far: bool = False
) -> Stored:
    kept = [d for d in drafts if not drop_far or area is None or area.contains(d.lat, d.lon)]
    streets = _streets_of(kept)
    fresh: dict[tuple[Any, int, str], Address] = {}
    for draft in kept:
        street = streets[plain.key(draft.street)]
        row = Address(
            street=street, number=draft.number, suffix=draft.suffix, postal_code=draft.postal_code,
            lat=round(draft.lat, 7), lon=round(draft.lon, 7),
            source_id=draft.source_id or f"{street.source_id}|{draft.number}{draft.suffix}"[:200],
        )  # fmt: skip
        fresh.setdefault((street.pk, row.number, row.suffix), row)
    by_door, by_source = {}, {}
    for row in Address.objects.all():
        by_door[row.street_id, row.number, row.suffix] = row
        by_source[row.source_id] = row
    stored = upsert(
        Address,
        list(fresh.values()),
        lambda row: by_door.get((row.street_id, row.number, row.suffix)) or by_source.get(row.source_id),
        progress,
    )
    stored.doubles, stored.left_out = len(kept) - len(fresh), len(drafts) - len(kept)
    return stored


def _streets_of(drafts: Sequence[AddressDraft]) -> dict[str, Street]:
    """Return the street of each name in the drafts: the same name, else the same in other words, else a new one."""
    known = {street.source_id: street for street in Street.objects.all()}
    alike: dict[tuple[str, str], Street] = {}
    for street in known.values():
        alike.setdefault((street.kind, street.search_key), street)
    found: dict[str, Street] = {}
    missing: dict[str, list[AddressDraft]] = {}
    for draft in drafts:
        name = plain.key(draft.street)
        if name in found:
            continue
        parts = address.street(draft.street)
        street = known.get(name) or alike.get((parts.kind, address.search_key(draft.street)))
        if street is None:
            missing.setdefault(name, []).append(draft)
        else:
            found[name] = street
    return found | _new_streets(missing, drafts)


def _new_streets(missing: dict[str, list[AddressDraft]], drafts: Sequence[AddressDraft]) -> dict[str, Street]:
    """Make streets of which only the name and the doors are known."""
    points: dict[str, list[AddressDraft]] = {name: [] for name in missing}
    for draft in drafts if missing else ():
        if (name := plain.key(draft.street)) in points:
            points[name].append(draft)
    fresh = {}
    for name, doors in points.items():
        lats, lons = [door.lat for door in doors], [door.lon for door in doors]
        written = doors[0].street
        fresh[name] = Street(
            source_id=name, name=written, kind=address.kind_of(written), search_key=address.search_key(written),
            road_class=RoadClass.LOCAL, west=min(lons), east=max(lons), south=min(lats), north=max(lats),
        )  # fmt: skip
    upsert(Street, list(fresh.values()), lambda _row: None, silent)
    return fresh
