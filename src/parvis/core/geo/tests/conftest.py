"""Territories with maps to test on, and real files when they are at hand."""

import os
from pathlib import Path

import pytest
from django.db import transaction
from shapely.geometry import LineString, box

from parvis.core.geo import operations
from parvis.core.geo.importers.reading import AddressDraft, AreaDraft, MapReading, PlaceDraft, Reading, StreetDraft
from parvis.core.tenancy.context import use
from parvis.core.tenancy.models import Territory
from parvis.lib.actor import Actor

REPOSITORY = Path(__file__).resolve().parents[5]
STREETS = [
    ("Rue Principale", 2), ("Rue de l'Église", 4), ("Chemin du Lac-à-l'Épaule", 3), ("Rang 3", 4), ("4e Rang", 4),
    ("Boulevard Saint-Laurent Ouest", 2), ("Boulevard Saint-Laurent Est", 2), ("Rue La Fontaine", 4),
    ("Avenue des Pins", 4), ("Rue Sainte-Anne", 4), ("Rue Champlain", 4), ("Montée Masson", 3), ("Route 138", 1),
]  # fmt: skip


def shared(*parts: str) -> Path:
    """Return a real file, or skip saying which folder is missing."""
    folder = Path(os.environ.get("PARVIS_SHARED_DATA", REPOSITORY.parent / "shared" / "data"))
    path = folder.joinpath(*parts)
    if not path.exists():
        pytest.skip(
            f"the folder of real files has no {path.relative_to(folder)}: {folder} (PARVIS_SHARED_DATA names another)"
        )
    return path


def system(territory: Territory) -> Actor:
    """Return the house itself at work in a territory."""
    return Actor.system(territory.pk)


def make_territory(slug: str, name: str = "") -> Territory:
    """Add a territory without a map."""
    return Territory.objects.create(slug=slug, name=name or slug.title())


def draw_village(territory: Territory, west: float = -72.0, south: float = 45.0) -> Territory:
    """Give a territory a square of a tenth of a degree, two districts, thirteen streets and their doors."""
    actor, east, north = system(territory), west + 0.1, south + 0.1
    operations.store_boundary(
        actor=actor, territory=territory, areas=[AreaDraft("1", "", box(west, south, east, north))]
    )
    halves = [
        AreaDraft("1", "Ouest", box(west, south, west + 0.05, north)),
        AreaDraft("2", "Est", box(west + 0.05, south, east, north)),
    ]
    operations.store_districts(actor=actor, territory=territory, areas=halves)
    reading = MapReading()
    doors: Reading[AddressDraft] = Reading()
    for at, (name, rank) in enumerate(STREETS):
        lat = south + 0.005 * (at + 1)
        line = LineString([(west + 0.01, lat), (west + 0.05, lat), (east - 0.01, lat)])
        reading.streets.drafts.append(StreetDraft(name, rank, [line]))
        for number in range(1, 61, 2 if at % 2 else 1):
            lon = west + 0.01 + number * 0.001
            side = 0.0002 if number % 2 else -0.0002
            doors.drafts.append(AddressDraft(number, name, number, "", lat + side, lon))
    reading.places.drafts.append(PlaceDraft("t1", "town_hall", "Hôtel de ville", south + 0.05, west + 0.05))
    operations.store_map(actor=actor, territory=territory, reading=reading)
    operations.store_addresses(actor=actor, territory=territory, reading=doors)
    return territory


@pytest.fixture
def village(db):
    """A territory with a map, in force."""
    territory = draw_village(make_territory("val-test", "Val-Test"))
    with transaction.atomic(), use(territory=territory):
        yield territory


@pytest.fixture
def neighbour(db):
    """The territory just east of it."""
    return draw_village(make_territory("voisine-test", "Voisine"), west=-71.9)
