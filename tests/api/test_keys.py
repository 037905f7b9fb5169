"""Programs with keys at the native API: what a key opens, and nothing else."""

import json

import pytest
from django.test import Client

from parvis.core.apikeys.models import ApiKey
from parvis.core.apikeys.tests.factories import TOKEN, ApiKeyFactory
from parvis.core.identity.models import Person
from parvis.core.identity.tests.factories import sign_in
from parvis.core.tenancy.switches import set_switch
from parvis.modules.issues.models import Issue
from parvis.modules.issues.tests.factories import CategoryFactory, make_issue

pytestmark = pytest.mark.django_db
BEARER = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def client() -> Client:
    return Client(enforce_csrf_checks=True, headers={"host": "localhost"})


def report(client, territory, headers):
    body = {"category": CategoryFactory().slug, "lat": 45.8, "lon": -71.9}
    url = f"/api/v1/{territory.slug}/issues/"
    return client.post(url, json.dumps(body), content_type="application/json", headers=headers)


@pytest.mark.parametrize("headers", [BEARER, {"X-Api-Key": TOKEN}, {"Authorization": f"bearer  {TOKEN}"}])
def test_a_program_reads_and_reports_without_a_session(client, territory, headers):
    ApiKeyFactory()
    made = report(client, territory, headers)
    assert made.status_code == 201, made.content
    [issue] = Issue.objects.select_related("case")
    assert (issue.person_id, issue.case.channel) == (None, "partner")
    assert client.get(f"/api/v1/{territory.slug}/issues/{issue.code}", headers=headers).status_code == 200
    assert ApiKey.objects.get().last_used_at is not None


def test_a_wrong_key_is_never_a_visitor(client, territory):
    ApiKeyFactory()
    for wrong in ({"Authorization": "Bearer pvk_AUTRE"}, {"X-Api-Key": "x"}, {"Authorization": f"Bearer {TOKEN}x"}):
        answer = client.get(f"/api/v1/{territory.slug}/issues/", headers=wrong)
        assert (answer.status_code, answer.json()["code"]) == (401, "wrong_key")
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert client.get(f"/api/v1/{territory.slug}/issues/", headers={"Authorization": "Basic eDp5"}).status_code == 200


def test_the_key_of_a_town_opens_nothing_next_door(client, territory, neighbour):
    ApiKeyFactory()
    assert client.get(f"/api/v1/{neighbour.slug}/issues/", headers=BEARER).status_code == 401


def test_a_key_that_reads_does_not_report_nor_work(client, territory):
    ApiKeyFactory(scopes=["issues.read"])
    issue = make_issue()
    assert report(client, territory, BEARER).status_code == 403
    assert client.get(f"/api/v1/{territory.slug}/issues/", headers=BEARER).status_code == 200
    for step in ("accept", "decline"):
        url = f"/api/v1/{territory.slug}/issues/{issue.code}/{step}"
        answer = client.post(url, '{"answer": "non"}', content_type="application/json", headers=BEARER)
        assert answer.status_code == 403
    assert Issue.objects.count() == 1


def test_a_key_that_reports_does_not_read(client, territory):
    ApiKeyFactory(scopes=["issues.report"])
    assert report(client, territory, BEARER).status_code == 201
    assert client.get(f"/api/v1/{territory.slug}/issues/", headers=BEARER).status_code == 403


def test_a_key_with_the_right_works_on_reports(client, territory):
    ApiKeyFactory(scopes=["issues.read", "issues.work"])
    issue = make_issue()
    answer = client.post(f"/api/v1/{territory.slug}/issues/{issue.code}/accept", headers=BEARER)
    assert answer.status_code == 200, answer.content
    issue.refresh_from_db()
    assert issue.status == "accepted"


def test_too_many_requests_are_told_to_wait(client, territory):
    ApiKeyFactory(per_minute=2)
    url = f"/api/v1/{territory.slug}/issues/"
    statuses = [client.get(url, headers=BEARER).status_code for _ in range(8)]
    assert statuses.count(200) <= 4  # the minute may turn once during the test
    assert 429 in statuses
    assert client.get(url).status_code == 200


def test_a_key_beside_a_session_counts_alone(client, territory, clerk):
    """A page of another site that knew a key could not use the session of who reads it."""
    sign_in(client, Person.objects.get(pk=clerk.person_id))
    ApiKeyFactory(scopes=["issues.read"])
    assert report(client, territory, BEARER).status_code == 403


def test_where_the_service_is_off_a_key_finds_nothing(client, territory):
    ApiKeyFactory()
    set_switch(module="issues", is_on=False)
    assert client.get(f"/api/v1/{territory.slug}/issues/", headers=BEARER).status_code == 404


def test_a_form_where_json_is_asked_for_is_a_problem(client, territory):
    ApiKeyFactory()
    answer = client.post(f"/api/v1/{territory.slug}/issues/", {"category": "x"}, headers=BEARER)
    assert (answer.status_code, answer.json()["code"]) == (400, "unreadable")
