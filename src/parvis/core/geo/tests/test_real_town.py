"""Mascouche, a real town, made from files alone: its map, its addresses, its limits from the hull of its doors."""

import csv
import random

import pytest
from django.db import transaction

from parvis.core.geo import districts, drawing, operations, queries, tiles
from parvis.core.geo.importers import directory, geojson, table
from parvis.core.geo.models import Address, Street
from parvis.core.geo.queries import Match
from parvis.core.tenancy.context import use
from parvis.core.tenancy.models import Territory
from parvis.lib.geometry import tile_at

from .conftest import shared, system

STREETS = ("osm", "mascouche_streets.geojson")
DOORS = ("addresses", "mascouche_osm_addresses.csv")


@pytest.fixture
def mascouche(db):
    row = directory.find_municipality(shared("boundaries", "qc_municipalities_slim.csv"), "Mascouche")
    town = Territory.objects.create(**row.attributes())
    actor, doors = system(town), shared(*DOORS)
    operations.store_boundary(actor=actor, territory=town, areas=table.read_hull(doors).drafts, source="hull")
    operations.store_map(actor=actor, territory=town, reading=geojson.read_streets(shared(*STREETS)))
    operations.store_addresses(actor=actor, territory=town, reading=table.read_addresses(doors))
    with transaction.atomic(), use(territory=town):
        yield town


def test_everything_of_the_files_is_there_once(mascouche):
    assert 540 <= Street.objects.count() <= 600
    assert Address.objects.count() == 4395
    for _ in range(2):
        doors = table.read_addresses(shared(*DOORS))
        done = operations.store_addresses(actor=system(mascouche), territory=mascouche, reading=doors)
        assert (done.added, done.changed, done.same) == (0, 0, 4395)
        streets = geojson.read_streets(shared(*STREETS))
        done = operations.store_map(actor=system(mascouche), territory=mascouche, reading=streets)["streets"]
        assert (done.added, done.changed) == (0, 0)


ASKED = [
    ("10 mtee masson", "10, montée Masson"),
    ("montée masson 20", "20, montée Masson"),
    ("1000 crois georges delfosse", "1000, croissant Georges-Delfosse"),
    ("1000 georges-delfose", "1000, croissant Georges-Delfosse"),
]


def test_almost_every_door_is_found_as_people_would_type_it(mascouche):
    for typed, label in ASKED:
        assert queries.search_addresses(mascouche, typed)[0].label == label
    rows = list(csv.DictReader(shared(*DOORS).open(encoding="utf-8-sig")))
    sample = random.Random(7).sample(rows, 150)
    found = 0
    for row in sample:
        kind, _, name = row["street"].partition(" ")
        typed = (
            f"{row['number']} {kind[:4].lower()} {name.upper()}"
            if kind.isalpha()
            else f"{row['number']} {row['street']}"
        )
        first = queries.search_addresses(mascouche, typed, limit=1)
        found += bool(first) and first[0].match is Match.EXACT and row["number"] in first[0].label
    assert found >= 0.98 * len(sample)


def test_its_map_and_its_limits(mascouche):
    image = drawing.svg(mascouche, drawing.window(mascouche))
    assert 5_000 < len(image) < 30_000
    near = drawing.svg(mascouche, drawing.around(45.7452, -73.6005, 350))
    assert len(near) < 30_000
    assert "<text" in near
    assert tiles.tile(mascouche, 15, *tile_at(45.7452, -73.6005, 15))
    assert districts.is_inside(mascouche, 45.7452, -73.6005)
    assert not districts.is_inside(mascouche, 45.5, -73.6)
    assert queries.describe(mascouche, 45.721144, -73.621438).label == "10, montée Masson"
