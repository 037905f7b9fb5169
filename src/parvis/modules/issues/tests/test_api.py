"""The native API: the same operations as the pages."""

import json

import pytest
from django.test import Client

from parvis.core.identity.models import Person
from parvis.core.identity.tests.factories import make_staff, sign_in
from parvis.core.tenancy.models import Territory
from parvis.core.tenancy.switches import set_switch
from parvis.lib.actor import Actor
from parvis.modules.issues.models import Issue

from .factories import CategoryFactory, make_issue

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    return Client(headers={"host": "localhost"})


def post(client: Client, url: str, body: dict[str, object], **headers: str) -> object:
    return client.post(url, json.dumps(body), content_type="application/json", headers=headers)


def test_a_program_reports_lists_and_reads(client: Client, territory: Territory) -> None:
    category = CategoryFactory()
    base = f"/api/v1/{territory.slug}/issues"
    made = post(client, f"{base}/", {"category": category.slug, "lat": 45.8, "lon": -71.9, "description": "trou"})
    assert made.status_code == 201, made.content
    code = made.json()["code"]
    assert made.json()["description"] == ""
    assert client.get(f"{base}/{code}").json()["status"] == "reported"
    assert [item["code"] for item in client.get(f"{base}/").json()["items"]] == [code]
    assert [item["slug"] for item in client.get(f"{base}/categories").json()] == [category.slug]


def test_errors_are_problem_details(client: Client, territory: Territory) -> None:
    answer = post(client, f"/api/v1/{territory.slug}/issues/", {"category": "rien", "lat": 45.8, "lon": -71.9})
    assert answer.status_code == 422
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["field"] == "category"
    assert client.get("/api/v1/nulle-part/issues/").status_code == 404


def test_a_session_needs_the_csrf_token(territory: Territory, resident: Actor) -> None:
    client = Client(enforce_csrf_checks=True, headers={"host": "localhost"})
    sign_in(client, Person.objects.get(pk=resident.person_id))
    category = CategoryFactory()
    body = {"category": category.slug, "lat": 45.8, "lon": -71.9}
    assert post(client, f"/api/v1/{territory.slug}/issues/", body).status_code == 403
    assert Issue.objects.count() == 0


def test_only_staff_take_in_charge(client: Client, territory: Territory, resident: Actor) -> None:
    issue = make_issue(resident)
    url = f"/api/v1/{territory.slug}/issues/{issue.code}/accept"
    assert client.post(url).status_code == 403
    sign_in(client, make_staff(territory, "issues.work", "cases.work"))
    assert client.post(url).json()["status"] == "accepted"


def test_switched_off_the_module_is_gone(client: Client, territory: Territory) -> None:
    set_switch(module="issues", is_on=False)
    assert client.get(f"/api/v1/{territory.slug}/issues/").status_code == 404
    assert client.get(f"/{territory.slug}/signalements/").status_code == 404
    assert "signalements" not in client.get(f"/{territory.slug}/").content.decode()


def test_the_document_is_openapi_3_1_and_self_contained(client: Client) -> None:
    document = client.get("/api/v1/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    text = json.dumps(document)
    assert "/api/v1/{territory}/issues/{code}" in document["paths"]
    assert '"$ref": "http' not in text
