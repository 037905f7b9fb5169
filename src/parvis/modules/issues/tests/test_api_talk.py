"""The native API: the same filters as the page, what became of a report, following it, its conversation."""

import json

import pytest
from django.test import Client

from parvis.core.apikeys.tests.factories import TOKEN, ApiKeyFactory
from parvis.core.audit.models import View
from parvis.core.cases.models import Follower
from parvis.core.delivery.models import Outgoing
from parvis.core.geo.models import District
from parvis.core.identity.models import Person
from parvis.core.identity.tests.factories import make_staff, resident_actor, sign_in
from parvis.modules.issues import operations
from parvis.modules.issues.models import Issue

from .factories import NOW, CategoryFactory, make_issue

pytestmark = pytest.mark.django_db


@pytest.fixture
def api(territory):
    """`api(method, address below the reports, body)`: the answer, to whoever `api.client` is."""
    client = Client(headers={"host": "localhost"})

    def call(method, path, body=None, **headers):
        return client.generic(
            method,
            f"/api/v1/{territory.slug}/issues/{path}",
            json.dumps(body or {}),
            "application/json",
            headers=headers,
        )

    call.client = client
    return call


def become(api, actor):
    sign_in(api.client, Person.objects.get(pk=actor.person_id))


def test_a_program_filters_as_the_page_does(api, territory, resident, clerk):
    trees = CategoryFactory(slug="arbre", label_fr="Arbre", label_en="Tree", label_es="Árbol")
    centre = District.objects.create(code="1", name="Centre", polygon={}, south=0, north=0, west=0, east=0)
    kept = make_issue(resident, category=trees, now=NOW)
    make_issue(resident, now=NOW)
    Issue.objects.filter(pk=kept.pk).update(district_id=centre.pk)
    operations.accept_issue(actor=clerk, issue=kept, now=NOW)
    month = f"{NOW:%Y-%m}"
    for asked in (
        "category=arbre",
        "q=arbre",
        "district=1",
        "status=accepted",
        f"category=arbre&from={month}&to={month}",
    ):
        found = api("GET", f"?{asked}").json()["items"]
        page = api.client.get(f"/{territory.slug}/signalements/liste.geojson?{asked}")
        features = json.loads(b"".join(page.streaming_content))["features"]
        assert [item["code"] for item in found] == [kept.code] == [feature["id"] for feature in features], asked
    assert api("GET", "?from=2020-01&to=2020-02").json()["items"] == []


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ("category=rien", "category"),
        ("status=jamais", "status"),
        ("from=hier", "from"),
        ("from=2026-05&to=2026-04", "to"),
    ],
)
def test_what_cannot_be_understood_is_not_taken_for_everything(api, asked, field):
    answer = api("GET", f"?{asked}")
    assert (answer.status_code, answer.json()["field"]) == (422, field)


def test_pages_follow_each_other_to_the_end(api, resident, monkeypatch):
    monkeypatch.setattr("parvis.modules.issues.api.PER_PAGE", 2)
    made = {make_issue(resident).code for _ in range(5)}
    seen, path = [], "?status=open"
    while path:
        page = api("GET", path).json()
        seen += [item["code"] for item in page["items"]]
        path = page["next"] and page["next"].partition("/issues/")[2]
    assert len(seen) == 5
    assert set(seen) == made


def test_what_became_of_it_and_what_comes(api, resident, clerk):
    issue = make_issue(resident)
    operations.accept_issue(actor=clerk, issue=issue, now=NOW)
    told = api("GET", f"{issue.code}/history", **{"Accept-Language": "en"}).json()
    assert [step["label"] for step in told["steps"]] == ["Reported", "Taken in charge"]
    assert told["coming"]["due_at"]
    operations.hide_issue(actor=clerk, issue=issue, is_hidden=True, now=NOW)
    assert api("GET", f"{issue.code}/history").status_code == 404


def test_somebody_signed_in_follows_and_stops(api, territory, resident):
    issue, other = make_issue(resident), resident_actor(territory)
    become(api, other)
    assert api("POST", f"{issue.code}/follow").json() == {"follows": True, "link_sent": False}
    assert api("POST", f"{issue.code}/follow").status_code == 200
    assert Follower.objects.get().person_id == other.person_id
    assert api("DELETE", f"{issue.code}/follow").json()["follows"] is False
    assert not Follower.objects.exists()


def test_who_has_no_session_is_sent_a_link_first(api, resident):
    issue = make_issue(resident)
    answer = api("POST", f"{issue.code}/follow", {"email": "Voisine@Example.org"})
    assert (answer.status_code, answer.json()) == (202, {"follows": False, "link_sent": True})
    assert not Follower.objects.exists()
    assert [row.address for row in Outgoing.objects.all()] == ["voisine@example.org"]
    assert api("POST", f"{issue.code}/follow", {"email": "pas une adresse"}).json()["field"] == "email"
    assert api("POST", f"{issue.code}/follow").json()["field"] == "email"
    assert api("DELETE", f"{issue.code}/follow").status_code == 403
    for _ in range(30):
        last = api("POST", f"{issue.code}/follow", {"email": "voisine@example.org"})
    assert last.status_code == 429


def test_the_reporter_and_staff_write_to_each_other(api, territory, resident):
    issue, staff = make_issue(resident), make_staff(territory, "issues.work")
    become(api, resident)
    assert api("POST", f"{issue.code}/messages", {"text": "C’est devant le 12."}).status_code == 201
    sign_in(api.client, staff)
    api("POST", f"{issue.code}/messages", {"text": "Quel côté?", "asks": True})
    talk = api("GET", f"{issue.code}/messages").json()
    assert [(one["from_staff"], one["text"]) for one in talk] == [(False, "C’est devant le 12."), (True, "Quel côté?")]
    issue.case.refresh_from_db()
    assert issue.case.state == "waiting"
    assert set(View.objects.values_list("person_id", "viewer_id", "reason")) == {(resident.person_id, staff.pk, "case")}
    assert api("POST", f"{issue.code}/messages", {"text": " "}).json()["field"] == "text"
    assert api("POST", f"{issue.code}/messages", {"text": "x" * 10_001}).status_code == 422


def test_nobody_else_reads_or_writes_there(api, territory, neighbour, resident):
    issue = make_issue(resident)
    wrong = [None, resident_actor(territory), make_staff(territory, "issues.figures"), make_staff(neighbour)]
    for who in wrong:
        api.client.logout()
        if who is not None:
            sign_in(api.client, who if isinstance(who, Person) else Person.objects.get(pk=who.person_id))
        assert api("GET", f"{issue.code}/messages").status_code == 403, who
        assert api("POST", f"{issue.code}/messages", {"text": "Bonjour"}).status_code == 403, who
    assert not issue.case.messages.exists()


def test_a_key_talks_only_with_the_right_to_work(api, resident):
    issue, bearer = make_issue(resident), {"Authorization": f"Bearer {TOKEN}"}
    key = ApiKeyFactory(scopes=["issues.read"])
    assert api("GET", f"{issue.code}/history", **bearer).status_code == 200
    assert api("GET", f"{issue.code}/messages", **bearer).status_code == 403
    assert api("POST", f"{issue.code}/messages", {"text": "Bonjour"}, **bearer).status_code == 403
    assert api("POST", f"{issue.code}/follow", {"email": "a@example.org"}, **bearer).status_code == 403
    key.scopes = ["issues.read", "issues.work"]
    key.save(update_fields=["scopes"])
    assert api("POST", f"{issue.code}/messages", {"text": "Vu, on passe lundi."}, **bearer).status_code == 201
    assert issue.case.messages.get().from_staff
