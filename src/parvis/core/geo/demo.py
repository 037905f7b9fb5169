"""The demo region's limits, districts, streets, doors, waters, woods and places."""

from collections.abc import Iterable

from shapely.geometry import LineString, MultiPolygon, Polygon

from parvis.core.registry.stage import Stage
from parvis.lib.actor import Actor
from parvis.lib.fiction import model

from . import operations
from .importers.geojson import gather, road_class
from .importers.reading import AddressDraft, AreaDraft, FeatureDraft, MapReading, PlaceDraft, Reading, StreetDraft
from .models import FeatureKind, RoadClass

SOURCE = "fiction"
REGIONAL = {"mrc_office", "ecocentre", "hospital", "college", "bus_station"}  # what serves the whole region


def load(stage: Stage) -> None:
    """Draw one territory; the regional body gets the main roads of all of its members."""
    actor, territory, town = Actor.system(stage.territory.pk), stage.territory, stage.municipality
    outline = AreaDraft("1", "", _surface((town or stage.region).area))
    operations.store_boundary(actor=actor, territory=territory, areas=[outline], source=SOURCE)
    if town and town.districts:
        areas = [AreaDraft(str(district.number), district.name, _surface(district.area)) for district in town.districts]
        operations.store_districts(actor=actor, territory=territory, areas=areas)
    operations.store_map(actor=actor, territory=territory, reading=_reading(stage.region, town))
    if town:
        doors = Reading(drafts=list(_doors(stage.region.addresses_of(town.slug))))
        operations.store_addresses(actor=actor, territory=territory, reading=doors)


def _surface(area: model.MultiPolygon) -> MultiPolygon:
    return MultiPolygon([Polygon(rings[0], rings[1:]) for rings in area])


def _reading(region: model.Region, town: model.Municipality | None) -> MapReading:
    reading = MapReading()
    named: dict[str, StreetDraft] = {}
    streets = region.streets_of(town.slug) if town else region.streets
    for street in streets:
        rank = road_class(street.kind)
        if town or rank <= RoadClass.COLLECTOR:
            pieces = [LineString(line) for line in street.lines]
            gather(named, StreetDraft(street.name, rank, pieces))
    reading.streets.drafts = list(named.values())
    reading.features.drafts = [*_waters(region.waters), *_woods(region.woods)]
    for place in region.places:
        # The region's own places are drawn once, by the regional body that publishes its map.
        if (place.kind in REGIONAL) == bool(town) or (town and place.municipality != town.slug):
            continue
        lon, lat = place.point
        where = next((a.label for a in region.addresses_of(place.municipality) if a.id == place.address), "")
        reading.places.drafts.append(PlaceDraft(place.id, place.kind, place.name, lat, lon, where))
        if place.kind == "park" and place.area:
            shape = Polygon(place.area[0], place.area[1:])
            reading.features.drafts.append(FeatureDraft(place.id, FeatureKind.PARK, shape, place.name))
    return reading


def _waters(waters: Iterable[model.Water]) -> Iterable[FeatureDraft]:
    for water in waters:
        if water.area:
            yield FeatureDraft(f"{water.id}/area", FeatureKind.WATER, _surface(water.area), water.name)
        else:
            for number, line in enumerate(water.lines):
                yield FeatureDraft(f"{water.id}/{number}", FeatureKind.RIVER, LineString(line), water.name)


def _woods(woods: model.MultiPolygon) -> Iterable[FeatureDraft]:
    for number, rings in enumerate(woods):
        yield FeatureDraft(f"wood/{number}", FeatureKind.WOOD, Polygon(rings[0], rings[1:]))


def _doors(addresses: Iterable[model.Address]) -> Iterable[AddressDraft]:
    for line, door in enumerate(addresses, start=1):
        lon, lat = door.point
        yield AddressDraft(line, door.street_name, door.number, "", lat, lon, source_id=door.id)
