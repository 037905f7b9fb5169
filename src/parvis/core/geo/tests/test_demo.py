"""The demo region: eight maps worth looking at, drawn at once."""

import pytest
from django.utils import timezone

from parvis.core.geo import demo, districts, drawing, layers, queries, tiles
from parvis.core.geo.models import Address, District, MapFeature, Place, Street
from parvis.core.geo.queries import Match
from parvis.core.registry.stage import Stage
from parvis.core.tenancy.context import use
from parvis.core.tenancy.models import Territory, TerritoryKind
from parvis.lib.fiction.region import make_region
from parvis.lib.geometry import tile_at


@pytest.fixture(scope="module")
def region():
    return make_region()


def place(region, town):
    lon, lat = (town or region.municipalities[0]).centre
    source, kind = (town, TerritoryKind.MUNICIPALITY) if town else (region, TerritoryKind.REGIONAL)
    return Territory.objects.create(slug=source.slug, name=source.name, kind=kind, lat=lat, lon=lon, is_fictional=True)


def test_a_municipality(db, region):
    town = region.municipalities[0]
    territory = place(region, town)
    with use(territory=territory):
        demo.load(Stage(territory, region, town, timezone.now()))
        assert Street.objects.count() == len(region.streets_of(town.slug))
        assert Address.objects.count() == len(region.addresses_of(town.slug))
        assert District.objects.count() == len(town.districts)
        own = [place for place in region.places_of(town.slug) if place.kind not in demo.REGIONAL]
        assert Place.objects.count() == len(own)
        assert MapFeature.objects.filter(kind="water").exists()
        door = region.addresses_of(town.slug)[100]
        first = queries.search_addresses(territory, f"{door.number} {door.street_name.upper()}")[0]
        assert (first.match, first.lat) == (Match.EXACT, pytest.approx(door.point[1]))
        assert districts.is_inside(territory, *reversed(town.centre))
        assert districts.locate(territory, door.point[1], door.point[0]) is not None
        for window in (drawing.window(territory), drawing.village_window(territory)):
            image = drawing.svg(territory, window)
            assert 3_000 < len(image) < 30_000
        assert tiles.tile(territory, 14, *tile_at(territory.lat, territory.lon, 14))
        assert queries.search_addresses(territory, "hotel de ville")[0].match is Match.PLACE


def test_the_regional_body_has_main_roads_and_its_members_limits(db, region):
    towns = [place(region, town) for town in region.municipalities]
    body = place(region, None)
    for territory, town in zip([*towns, body], [*region.municipalities, None], strict=True):
        with use(territory=territory):
            demo.load(Stage(territory, region, town, timezone.now()))
    with use(territory=body):
        assert Street.objects.exists()
        assert not Address.objects.exists()
        assert set(Place.objects.values_list("kind", flat=True)) == demo.REGIONAL, "what serves the whole region"
        image = drawing.svg(body, drawing.window(body))
        assert len(image) < 30_000
        assert all(f">{town.name.replace(chr(39), '&#x27;')}</text>" in image for town in towns[:2])
    for territory, town in zip(towns, region.municipalities, strict=True):
        lon, lat = town.centre
        assert districts.territory_at(lat, lon) == territory


def test_loading_twice_makes_no_doubles(db, region):
    town = region.municipalities[-1]
    territory = place(region, town)
    with use(territory=territory):
        counts = []
        for _ in range(2):
            demo.load(Stage(territory, region, town, timezone.now()))
            counts.append([model.objects.count() for model in (Street, Address, Place, MapFeature)])
        assert counts[0] == counts[1]


def test_places_are_found_by_what_they_are_called_in_three_languages(db, region):
    territory = place(region, region.municipalities[0])
    with use(territory=territory):
        demo.load(Stage(territory, region, region.municipalities[0], timezone.now()))
        found = {document.ref: document for document in layers.documents()}
        hall = found[str(Place.objects.get(kind="town_hall").pk)]
    assert all(word in hall.keywords for word in ("mairie", "city hall", "ayuntamiento"))
    assert hall.url.startswith("/carte/?lat=")
