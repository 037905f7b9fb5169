"""A real town, made from files alone by the documented commands, and a report at one of its doors."""

import csv
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.test import Client

from parvis.core.content.operations import ensure_territory_content
from parvis.core.geo import commands as files
from parvis.core.geo.tests.conftest import shared
from parvis.core.tenancy.context import use
from parvis.core.tenancy.models import Territory
from parvis.core.territories.commands import add
from parvis.modules.issues.models import Issue

from .factories import CategoryFactory

pytestmark = pytest.mark.django_db
DOORS = ("addresses", "mascouche_osm_addresses.csv")


def run(command: object, *arguments: str | Path) -> None:
    done = CliRunner().invoke(command, [str(one) for one in arguments], catch_exceptions=False)  # type: ignore[arg-type]
    assert done.exit_code == 0, done.output


@pytest.fixture
def mascouche() -> Territory:
    """Mascouche as docs/operating.md makes it."""
    directory, doors = shared("boundaries", "qc_municipalities_slim.csv"), shared(*DOORS)
    streets = shared("osm", "mascouche_streets.geojson")
    run(add, "Mascouche", "--from", directory)
    run(files.boundaries, "mascouche", doors)
    run(files.streets, "mascouche", streets)
    run(files.addresses, "mascouche", doors)
    town = Territory.objects.get(slug="mascouche")
    ensure_territory_content(town)
    return town


def test_a_report_at_a_door_of_a_real_town_is_on_its_list_and_its_map(mascouche: Territory) -> None:
    assert (mascouche.official_code, mascouche.designation) == ("64015", "Ville")
    with use(territory=mascouche):
        category = CategoryFactory()
    client = Client(headers={"host": "localhost"})
    door = next(csv.DictReader(shared(*DOORS).open(encoding="utf-8-sig")))
    typed = f"{door['number']} {door['street']}"
    place = client.get("/mascouche/carte/adresses", {"q": typed}).json()["results"][0]
    said = {"category": category.slug, "place_address": place["label"], "place_ref": ""}
    where = {"place_lat": place["lat"], "place_lon": place["lon"], "idempotency_key": "r" * 32}
    sent = client.post("/mascouche/signalements/nouveau", {**said, **where, "description": "Lampadaire éteint."})
    assert "/merci/" in sent.headers["Location"]
    with use(territory=mascouche):
        issue = Issue.objects.get()
    assert issue.address == place["label"]
    assert abs(issue.lat - float(door["lat"])) < 0.001
    listed = client.get("/mascouche/signalements/").content.decode()
    assert issue.code in listed
    assert place["label"] in listed
    box = ",".join(str(edge) for edge in (issue.lon - 0.01, issue.lat - 0.01, issue.lon + 0.01, issue.lat + 0.01))
    seen = client.get("/mascouche/signalements/carte/points", {"bbox": box, "zoom": "16"}).json()
    assert issue.code in str(seen["features"])
    assert b"<svg" in client.get(f"/mascouche/signalements/{issue.code}").content
