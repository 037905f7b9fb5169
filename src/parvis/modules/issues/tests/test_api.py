"""The native API: the same operations as the pages."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openapi_spec_validator import validate

from parvis.core.files.models import FileState, StoredFile
from parvis.core.files.tests.pictures import picture
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
    validate(document)


def test_a_visitor_reports_with_photos_that_stay_private_until_released(client: Client, territory: Territory) -> None:
    base = f"/api/v1/{territory.slug}/issues"
    photo = SimpleUploadedFile("jean-tremblay.jpg", picture(), "image/jpeg")
    body = {"category": CategoryFactory().slug, "lat": 45.8, "lon": -71.9, "description": "trou", "photos": [photo]}
    made = client.post(f"{base}/with-photos", body)
    assert made.status_code == 201, made.content
    code = made.json()["code"]
    stored = StoredFile.objects.get()
    StoredFile.objects.update(state=FileState.READY)
    assert client.get(f"{base}/{code}").json()["photos"] == []
    url, ask = f"{base}/{code}/release", {"text": True, "photos": [str(stored.pk)]}
    assert post(client, url, ask).status_code == 403
    sign_in(client, make_staff(territory, "issues.release"))
    assert post(client, url, {"photos": [str(territory.pk)]}).status_code == 422
    assert post(client, url, ask).status_code == 200
    client.logout()
    shown = client.get(f"{base}/{code}").json()
    assert shown["description"] == "trou"
    assert [str(stored.pk) in address for address in shown["photos"]] == [True]


def test_what_somebody_typed_as_the_place_is_not_shown_to_everyone(client: Client, territory: Territory) -> None:
    base = f"/api/v1/{territory.slug}/issues"
    body = {
        "category": CategoryFactory().slug,
        "lat": 45.8,
        "lon": -71.9,
        "address": "chez Jean Tremblay, 819 555-0142",
    }
    code = post(client, f"{base}/", body).json()["code"]
    assert "Tremblay" not in client.get(f"{base}/{code}").content.decode()
    assert "Tremblay" not in client.get(f"/{territory.slug}/signalements/{code}").content.decode()
    assert Issue.objects.get(code=code).case.place == "chez Jean Tremblay, 819 555-0142", "staff read it"


def test_a_report_goes_its_whole_way_by_the_api(client: Client, territory: Territory, resident: Actor) -> None:
    issue = make_issue(resident)
    base = f"/api/v1/{territory.slug}/issues"
    assert client.get(f"{base}/mine").status_code == 403
    sign_in(client, make_staff(territory, "issues.work", "cases.work"))
    assert post(client, f"{base}/{issue.code}/plan", {}).json()["status"] == "planned"
    assert post(client, f"{base}/{issue.code}/resolve", {"answer": "Réparé."}).json()["status"] == "resolved"
    assert post(client, f"{base}/{issue.code}/reopen", {"answer": "Encore là."}).json()["status"] == "reported"
    client.logout()
    sign_in(client, Person.objects.get(pk=resident.person_id))
    assert [item["code"] for item in client.get(f"{base}/mine").json()] == [issue.code]
    assert post(client, f"{base}/{issue.code}/plan", {}).status_code == 403
