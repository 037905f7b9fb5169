"""Of kinds that name a home, everyone sees the street only, wherever reports are public."""

import json
from typing import Any

import pytest
from django.test import Client

from parvis.core.cases.tests.factories import run_queue
from parvis.core.portal import operations as portal
from parvis.core.portal.models import SearchDocument
from parvis.core.registry.entries import Window
from parvis.core.tenancy.models import Territory
from parvis.lib.actor import Actor
from parvis.modules.issues import operations, queries
from parvis.modules.issues.discretion import names_homes
from parvis.modules.issues.models import Category, Issue
from parvis.modules.issues.queries import Filter

from .factories import NOW, CategoryFactory, make_issue

DOOR, LAT, LON = "4711, rue des Érables", 45.80123, -71.90456


@pytest.mark.parametrize(
    ("label", "is_home"),
    [
        ("Bruit", True), ("Noise", True), ("Ruido de vecinos", True), ("Odeurs", True), ("Chien qui aboie", True),
        ("Logement insalubre", True), ("Nid-de-poule", False), ("Lampadaire", False), ("Chien errant", False),
        ("Débris", False), ("", False),
    ],
)  # fmt: skip
def test_which_kinds_begin_discreet(label: str, is_home: bool) -> None:
    assert names_homes(label) is is_home


@pytest.fixture
def client() -> Client:
    return Client(headers={"host": "localhost"})


@pytest.fixture
def noise(territory: Territory, resident: Actor) -> Issue:
    kind = CategoryFactory(label_fr="Bruit", label_en="Noise", label_es="Ruido", street_only=True)
    issue = make_issue(resident, category=kind, lat=LAT, lon=LON, description="Musique la nuit")
    Issue.objects.filter(pk=issue.pk).update(address=DOOR)
    return Issue.objects.get(pk=issue.pk)


def everything_public(client: Client, town: str, code: str) -> dict[str, str]:
    """Return whatever a visitor may read of a report, by where it stands."""
    places = {
        "page": f"/{town}/signalements/{code}",
        "list": f"/{town}/signalements/",
        "csv": f"/{town}/signalements/liste.csv",
        "geojson": f"/{town}/signalements/liste.geojson",
        "atom": f"/{town}/signalements/liste.atom",
        "map": f"/{town}/signalements/carte/points?bbox=-72.0,45.7,-71.8,45.9&zoom=14",
        "layer": f"/{town}/carte/couche/issues?bbox=-72.0,45.7,-71.8,45.9&zoom=14",
        "follow": f"/{town}/signalements/{code}/suivre",
        "api": f"/api/v1/{town}/issues/{code}",
        "api list": f"/api/v1/{town}/issues/",
        "open311": f"/api/open311/v2/requests/{code}.json?jurisdiction_id={town}",
        "search": f"/{town}/recherche/?q=bruit",
    }
    told = {}
    for where, path in places.items():
        answer: Any = client.get(path)
        assert answer.status_code == 200, (where, answer.status_code)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        told[where] = body.decode()
    return told


@pytest.mark.django_db
def test_no_door_and_no_exact_point_in_public(client: Client, territory: Territory, noise: Issue) -> None:
    portal.reindex_all()
    for where, body in everything_public(client, territory.slug, noise.code).items():
        assert "4711" not in body, where
        assert "rables" in body, where  # the street is told, however its accent is written
        assert str(LAT) not in body and str(LON) not in body, where
    told = [json.dumps(list(queries.records(Filter(), address="*")), default=str)]
    told.append(json.dumps([str(item) for item in queries.features(Window(45.0, -73.0, 46.5, -71.0, 14), 400)]))
    assert all("4711" not in text and str(LAT) not in text for text in told)


@pytest.mark.django_db
def test_a_door_number_finds_nothing_that_nobody_may_read(noise: Issue, clerk: Actor) -> None:
    hole = make_issue(lat=45.81, lon=-71.91)
    Issue.objects.filter(pk=hole.pk).update(address=DOOR)

    def found(text: str) -> set[str]:
        asked = Filter(text=text)
        newest, whole = set(asked.rows().values_list("pk", flat=True)), set(asked.every(most=10))
        assert newest == whole == set(asked.every(most=1)) | whole
        return set(Issue.objects.filter(pk__in=newest).values_list("code", flat=True))

    assert found("erables") == {noise.code, hole.code}
    assert found("4711 erables") == found("4711") == {hole.code}
    assert found("bruit 4711") == set()
    assert found("bruit erables") == {noise.code}
    Issue.objects.filter(pk=noise.pk).update(description="Le 4711 encore", is_text_public=True)
    assert noise.code in found("4711")


@pytest.mark.django_db
def test_a_file_in_parts_misses_nothing(territory: Territory, noise: Issue) -> None:
    for _ in range(3):
        other = make_issue(category=noise.category)
        Issue.objects.filter(pk=other.pk).update(address=DOOR)
    hole = make_issue(now=NOW)
    Issue.objects.filter(pk=hole.pk).update(address=DOOR, reported_at=NOW.replace(year=2025))
    assert Filter(text="4711").every(most=1) == [hole.pk]


@pytest.mark.django_db
def test_staff_and_the_reporter_see_the_place_itself(noise: Issue, resident: Actor) -> None:
    assert noise.place(exact=True).address == DOOR
    assert noise.place(exact=False).address == "Rue des Érables"
    assert (noise.shown_lat, noise.shown_lon) == (45.801, -71.905)
    hole = make_issue(resident, lat=LAT, lon=LON)
    assert (hole.shown_lat, hole.shown_lon, hole.shown_address) == (LAT, LON, hole.address)


@pytest.mark.django_db
def test_once_a_kind_is_discreet_the_search_forgets_its_doors(clerk: Actor, resident: Actor) -> None:
    issue = make_issue(resident, category=CategoryFactory(label_fr="Rôdeur"))
    Issue.objects.filter(pk=issue.pk).update(address=DOOR)
    portal.reindex_all()
    assert SearchDocument.objects.filter(title__contains="4711").exists()
    kind = Category.objects.get(pk=issue.category_id)
    kind.street_only = True
    operations.save_category(actor=clerk, category=kind, now=NOW)
    run_queue()
    assert not SearchDocument.objects.filter(title__contains="4711").exists()
    assert SearchDocument.objects.filter(title__contains="rables").exists()
