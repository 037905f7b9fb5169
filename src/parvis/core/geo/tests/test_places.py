"""Districts, inside and outside, neighbours: by the wrong person too."""

import pytest
from django.db import IntegrityError, transaction
from shapely.geometry import Point, box

from parvis.core.geo import districts, operations
from parvis.core.geo.importers.reading import AddressDraft, AreaDraft, BadLines, MapReading, Reading, StreetDraft
from parvis.core.geo.models import Address, Boundary, District, Edition, Street
from parvis.core.tenancy.context import use
from parvis.lib.actor import Actor, Grant
from parvis.lib.errors import NotAllowed

from .conftest import make_territory, system


def test_the_district_of_a_place(village):
    assert districts.locate(village, 45.02, -71.98).name == "Ouest"
    assert districts.locate(village, 45.02, -71.92).name == "Est"
    assert districts.locate(village, 45.02, -71.8) is None
    assert districts.locate(village, 45.02, -71.98, kind="borough") is None


def test_a_changed_district_is_seen_at_once(village):
    assert districts.locate(village, 45.02, -71.98).name == "Ouest"
    whole = [AreaDraft("1", "Tout", box(-72, 45, -71.9, 45.1)), AreaDraft("2", "Rien", box(-72.1, 45, -72.05, 45.1))]
    done = operations.store_districts(actor=system(village), territory=village, areas=whole)
    assert (done.added, done.changed) == (0, 2)
    assert districts.locate(village, 45.02, -71.92).name == "Tout"


def test_inside_with_a_little_tolerance(village):
    assert districts.is_inside(village, 45.05, -71.95)
    assert districts.is_inside(village, 44.9998, -71.95)  # 22 m outside
    assert not districts.is_inside(village, 44.9998, -71.95, tolerance=5)
    assert not districts.is_inside(village, 44.99, -71.95)


def test_a_territory_without_a_boundary_cannot_tell(db):
    territory = make_territory("sans-limites")
    with transaction.atomic(), use(territory=territory):
        assert districts.is_inside(territory, 10, 10)
        assert districts.locate(territory, 10, 10) is None


def test_a_place_outside_belongs_to_the_neighbour(village, neighbour):
    assert districts.neighbour_at(village, 45.05, -71.85) == neighbour
    assert districts.neighbour_at(village, 45.05, -71.95) is None
    assert districts.neighbour_at(village, 10, 10) is None
    assert districts.territory_at(45.05, -71.95) == village


def test_a_neighbours_rows_cannot_be_read_or_written(village, neighbour):
    assert not District.objects.exclude(territory=village).exists()
    assert not Street.objects.exclude(territory=village).exists()
    with use(territory=neighbour):
        theirs = Street.objects.first()
    assert Street._base_manager.filter(pk=theirs.pk).update(name="Volée") == 0
    assert Boundary.everywhere.filter(territory=neighbour).update(source="volée") == 0
    assert Boundary.everywhere.filter(territory=neighbour).exists()


def test_a_door_on_a_neighbours_street_is_refused(village, neighbour):
    with use(territory=neighbour):
        theirs = Street.objects.first()
    door = Address(territory=village, street_id=theirs.pk, number=1, lat=45, lon=-72, source_id="x")
    with pytest.raises(IntegrityError), transaction.atomic():
        door.save()
        from django.db import connection

        connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize("change", [{"number": 0}, {"lat": 91.0}, {"lon": -181.0}])
def test_the_database_refuses_impossible_doors(village, change):
    values = {"number": 1, "lat": 45.0, "lon": -72.0, "source_id": "x", "suffix": "Z", **change}
    with pytest.raises(IntegrityError), transaction.atomic():
        Address.objects.create(territory=village, street=Street.objects.first(), **values)


def test_the_same_door_twice_is_refused(village):
    first = Address.objects.first()
    with pytest.raises(IntegrityError), transaction.atomic():
        Address.objects.create(
            territory=village, street_id=first.street_id, number=first.number, lat=1, lon=1, source_id="other"
        )


def test_only_who_may_import_changes_the_map(village, neighbour):
    clerk = Actor(territory_id=village.pk, grants=(Grant(village.pk, frozenset({"issues.resolve"})),))
    other = Actor(territory_id=neighbour.pk, grants=(Grant(neighbour.pk, frozenset({"geo.import"})),))
    before = Edition.objects.get().mark
    for actor in (Actor.visitor(village.pk), clerk, other):
        for write in (
            lambda who: operations.store_boundary(actor=who, territory=village, areas=[]),
            lambda who: operations.store_districts(actor=who, territory=village, areas=[]),
            lambda who: operations.store_map(actor=who, territory=village, reading=MapReading()),
            lambda who: operations.store_addresses(actor=who, territory=village, reading=Reading()),
        ):
            with pytest.raises(NotAllowed):
                write(actor)
    assert Edition.objects.get().mark == before
    surveyor = Actor(territory_id=village.pk, grants=(Grant(village.pk, frozenset({"geo.import"})),))
    operations.store_map(actor=surveyor, territory=village, reading=MapReading())
    assert Edition.objects.get().mark != before


def test_a_door_far_outside_stops_the_whole_file(village):
    count = Address.objects.count()
    drafts = [
        AddressDraft(2, "Rue Principale", 900, "", 45.005, -71.95),
        AddressDraft(3, "Rue Principale", 902, "", 46.5, -71.95),
    ]
    with pytest.raises(BadLines) as refusal:
        operations.store_addresses(actor=system(village), territory=village, reading=Reading(drafts=drafts))
    assert [line.line for line in refusal.value.lines] == [3]
    assert Address.objects.count() == count
    stored = operations.store_addresses(
        actor=system(village), territory=village, reading=Reading(drafts=drafts), skip_bad=True
    )
    assert (stored.added, stored.left_out) == (1, 1)


def test_streets_outside_the_boundary_are_left_out(village):
    reading = MapReading()
    reading.streets.drafts = [StreetDraft("Rue Lointaine", 4, [Point(-60, 50).buffer(0.001).exterior])]
    done = operations.store_map(actor=system(village), territory=village, reading=reading)
    assert (done["streets"].added, done["streets"].left_out) == (0, 1)


def test_a_common_limit_is_drawn_once(village, neighbour):
    found = districts.limits(village, Boundary.objects.get().box)
    assert [row.territory for row, _line in found] == [village, neighbour]
    own, other = (line for _row, line in found)
    assert own.length == pytest.approx(0.4)
    assert other.length == pytest.approx(0.3, abs=0.002)
