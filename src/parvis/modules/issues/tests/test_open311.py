"""Open311 GeoReport v2, as programs read it: formats, filters, errors, and what is not for everyone."""

from datetime import datetime, timedelta
from xml.etree import ElementTree

import pytest
from django.test import Client

from parvis.core.files.models import FileState, StoredFile
from parvis.core.tenancy.models import Territory
from parvis.core.tenancy.switches import set_switch
from parvis.lib.actor import Actor
from parvis.modules.issues import operations
from parvis.modules.issues.models import Question

from .factories import CategoryFactory, make_issue, photo
from .open311_calls import BASE, JSON, XML, ask, codes, now, recent, send
from .open311_calls import client as client  # a fixture of this module too
from .open311_schemas import conforms, conforms_to_swagger

pytestmark = pytest.mark.django_db


# -- formats ------------------------------------------------------------------------------------------------------


def test_every_answer_is_what_the_schemas_say(client: Client, territory: Territory) -> None:
    category = CategoryFactory(keywords="trou, nid poule")
    Question.objects.create(
        category=category, code="depth", kind="singlevaluelist", label_fr="Quelle profondeur?", is_required=True,
        choices=[{"key": "shallow", "fr": "Peu", "en": "Little"}, {"key": "deep", "fr": "Beaucoup"}],
    )  # fmt: skip
    Question.objects.create(category=category, code="since", kind="datetime", label_fr="Depuis quand?")
    CategoryFactory()
    services = ask(client, "services.json", territory)
    assert services.headers["Content-Type"] == JSON
    conforms("services.json", services.json())
    assert [row["metadata"] for row in services.json()] == [True, False]
    assert [row["keywords"] for row in services.json()] == ["trou, nid poule", None]
    for row in services.json():
        conforms_to_swagger("Service", row)
        definition = ask(client, f"services/{row['service_code']}.json", territory).json()
        conforms("service-definition.json", definition)
        conforms_to_swagger("ServiceDefinition", definition)
    made = send(client, territory, service_code=category.slug, **{"attribute[depth]": "deep"})
    assert made.status_code == 200, made.content
    [row] = made.json()
    conforms_to_swagger("RequestResponse", row)
    code = row["service_request_id"]
    for path in ("requests.json", f"requests/{code}.json"):
        found = ask(client, path, territory)
        assert found.headers["Content-Type"] == JSON
        conforms("requests.json", found.json())
        conforms_to_swagger("Request", found.json()[0])
    [token] = ask(client, f"tokens/{code}.json", territory).json()
    conforms_to_swagger("TokenResponse", token)
    assert token == {"service_request_id": code, "token": code}


@pytest.mark.parametrize(
    ("path", "root", "child"),
    [
        ("discovery.xml", "discovery", "changeset"),
        ("services.xml", "services", "service"),
        ("requests.xml", "service_requests", "request"),
    ],
)
def test_the_same_in_xml(client: Client, territory: Territory, path: str, root: str, child: str) -> None:
    recent()
    answer = ask(client, path, territory)
    assert answer.headers["Content-Type"] == XML
    assert answer.content.startswith(b'<?xml version="1.0" encoding="utf-8"?>')
    tree = ElementTree.fromstring(answer.content)
    assert (tree.tag, tree[0].tag) == (root, child)


def test_xml_and_json_say_the_same(client: Client, territory: Territory) -> None:
    issue = recent()
    [row] = ask(client, f"requests/{issue.code}.json", territory).json()
    [request] = ElementTree.fromstring(ask(client, f"requests/{issue.code}.xml", territory).content)
    assert {part.tag: part.text for part in request} == {
        name: None if value is None else str(value) for name, value in row.items()
    }


def test_a_definition_in_xml_has_the_names_of_the_specification(client: Client, territory: Territory) -> None:
    category = CategoryFactory()
    choices = [{"key": "a", "fr": "A & <b>"}, {"key": "c", "fr": "C"}]
    Question.objects.create(category=category, code="x", kind="multivaluelist", label_fr="X?", choices=choices)
    tree = ElementTree.fromstring(ask(client, f"services/{category.slug}.xml", territory).content)
    assert tree.tag == "service_definition"
    assert tree.findtext("attributes/attribute/datatype") == "multivaluelist"
    assert tree.findtext("attributes/attribute/variable") == "true"
    assert [value.text for value in tree.findall("attributes/attribute/values/value/name")] == ["A & <b>", "C"]


def test_discovery_says_where_and_in_which_formats(client: Client, territory: Territory) -> None:
    told = client.get(f"{BASE}/discovery.json").json()
    assert set(told) == {"changeset", "contact", "key_service", "endpoints"}
    [endpoint] = told["endpoints"]
    assert endpoint["specification"] == "http://wiki.open311.org/GeoReport_v2"
    assert endpoint["url"].endswith(BASE)
    assert endpoint["formats"] == ["text/xml", "application/json"]
    assert territory.name in ask(client, "discovery.json", territory).json()["contact"]


def test_services_speak_the_callers_language(client: Client, territory: Territory) -> None:
    CategoryFactory()
    url = f"{BASE}/services.json?jurisdiction_id={territory.slug}"
    assert client.get(url, headers={"Accept-Language": "en"}).json()[0]["service_name"] == "Pothole"
    assert client.get(url, headers={"Accept-Language": "es"}).json()[0]["service_name"] == "Bache"


def test_pages_of_others_may_read(client: Client, territory: Territory) -> None:
    assert ask(client, "services.json", territory).headers["Access-Control-Allow-Origin"] == "*"
    assert client.get(f"{BASE}/services.json").headers["Access-Control-Allow-Origin"] == "*", "an error too"
    assert client.options(f"{BASE}/requests.json").headers["Allow"] == "GET, HEAD, POST"
    sent = send(client, territory, service_code=CategoryFactory().slug)
    assert "Access-Control-Allow-Origin" not in sent.headers


# -- jurisdictions and errors -------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["json", "xml"])
@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("services.{form}", 400),
        ("requests.{form}", 400),
        ("services.{form}?jurisdiction_id=nulle-part", 404),
        ("services.{form}?jurisdiction_id=%00", 404),
        ("requests.{form}?jurisdiction_id=", 400),
        ("services/rien.{form}?jurisdiction_id={town}", 404),
        ("requests/RIEN.{form}?jurisdiction_id={town}", 404),
        ("requests/%00.{form}?jurisdiction_id={town}", 404),
        ("tokens/rien.{form}?jurisdiction_id={town}", 404),
        ("rien.{form}", 404),
        ("requests.{form}?jurisdiction_id={town}&status=lost", 400),
        ("requests.{form}?jurisdiction_id={town}&page=0", 400),
        ("requests.{form}?jurisdiction_id={town}&page=deux", 400),
        ("requests.{form}?jurisdiction_id={town}&start_date=hier", 400),
        ("requests.{form}?jurisdiction_id={town}&start_date=2026-01-01T00:00:00", 400),
        ("requests.{form}?jurisdiction_id={town}&start_date=0001-01-01T00:00:00Z", 400),
        ("requests.{form}?jurisdiction_id={town}&lat=NaN&long=-71", 400),
        ("requests.{form}?jurisdiction_id={town}&lat=45&long=1e999", 400),
        ("requests.{form}?jurisdiction_id={town}&lat=45", 400),
        ("requests.{form}?jurisdiction_id={town}&lat=45&long=-71&radius=-1", 400),
        ("requests.{form}?jurisdiction_id={town}&lat=45&long=-71&radius=nan", 400),
    ],
)
def test_errors_are_the_specifications(client: Client, territory: Territory, path: str, status: int, form: str) -> None:
    answer = client.get(f"{BASE}/" + path.format(form=form, town=territory.slug))
    assert answer.status_code == status, answer.content
    if form == "json":
        assert answer.headers["Content-Type"] == JSON
        [error] = answer.json()
        assert error["code"] == status
        assert error["description"]
    else:
        assert answer.headers["Content-Type"] == XML
        tree = ElementTree.fromstring(answer.content)
        assert (tree.tag, tree[0].tag) == ("errors", "error")
        assert tree.findtext("error/code") == str(status)
        assert tree.findtext("error/description")


def test_the_only_territory_need_not_be_named(territory: Territory) -> None:
    CategoryFactory()
    assert len(Client(headers={"host": "localhost"}).get(f"{BASE}/services.json").json()) == 1


def test_requests_of_another_jurisdiction_are_not_here(
    client: Client, territory: Territory, neighbour: Territory
) -> None:
    issue = recent()
    assert ask(client, "requests.json", neighbour).json() == []
    assert ask(client, f"requests/{issue.code}.json", neighbour).status_code == 404
    assert codes(ask(client, "requests.json", territory)) == [issue.code]


def test_where_the_module_is_off_there_is_no_jurisdiction(client: Client, territory: Territory) -> None:
    set_switch(module="issues", is_on=False)
    assert ask(client, "services.json", territory).status_code == 404


def test_other_methods_are_refused(client: Client, territory: Territory) -> None:
    answer = client.delete(f"{BASE}/requests.json?jurisdiction_id={territory.slug}")
    assert (answer.status_code, answer.json()[0]["code"]) == (400, 400)


# -- filters ------------------------------------------------------------------------------------------------------


def test_filters_of_the_specification(client: Client, territory: Territory, clerk: Actor) -> None:
    old = make_issue(now=now() - timedelta(days=100))
    new, other = recent(), recent(now=now() - timedelta(days=2))
    operations.resolve_issue(actor=clerk, issue=other, answer="Réparé.", now=now())
    assert codes(ask(client, "requests.json", territory)) == [new.code, other.code], "ninety days, newest first"
    assert codes(ask(client, "requests.json", territory, status="open")) == [new.code]
    assert codes(ask(client, "requests.json", territory, status="closed")) == [other.code]
    assert codes(ask(client, "requests.json", territory, status="open,closed")) == [new.code, other.code]
    assert codes(ask(client, "requests.json", territory, service_code=new.category.slug)) == [new.code]
    both = f"{new.category.slug},{other.category.slug}"
    assert len(codes(ask(client, "requests.json", territory, service_code=both))) == 2
    assert codes(ask(client, "requests.json", territory, service_code="rien")) == []
    by_id = f"{old.code},{new.code.lower()}"
    assert set(codes(ask(client, "requests.json", territory, service_request_id=by_id, status="closed"))) == {
        old.code,
        new.code,
    }, "ids override everything else"


def test_no_more_than_ninety_days(client: Client, territory: Territory) -> None:
    old = make_issue(now=now() - timedelta(days=100))
    recent()
    day = timedelta(days=1)

    def at(moment: datetime) -> str:
        return moment.strftime("%Y-%m-%dT%H:%M:%SZ")

    too_long = ask(client, "requests.json", territory, start_date=at(now() - 101 * day), end_date=at(now()))
    assert too_long.status_code == 400
    start, end = at(now() - 101 * day), at(now() - 99 * day)
    assert codes(ask(client, "requests.json", territory, start_date=start, end_date=end)) == [old.code]
    assert codes(ask(client, "requests.json", territory, end_date=end)) == [old.code]
    assert old.code in codes(ask(client, "requests.json", territory, start_date=start))
    assert codes(ask(client, "requests.json", territory, start_date=at(now() - 2 * day).replace("Z", "+00:00")))
    backwards = ask(client, "requests.json", territory, start_date=end, end_date=start)
    assert backwards.status_code == 400


def test_pages_and_what_changed(client: Client, territory: Territory, clerk: Actor) -> None:
    made = [recent(now=now() - timedelta(hours=hours)) for hours in (1, 2, 3)]
    first = ask(client, "requests.json", territory, page_size=2)
    assert codes(first) == [made[0].code, made[1].code]
    assert 'rel="next"' in first.headers["Link"]
    second = ask(client, "requests.json", territory, page_size=2, page=2)
    assert codes(second) == [made[2].code]
    assert "Link" not in second.headers
    moment = now()
    operations.accept_issue(actor=clerk, issue=made[1], now=moment)
    after = moment.isoformat()
    assert codes(ask(client, "requests.json", territory, updated_after=after)) == [made[1].code]
    assert set(codes(ask(client, "requests.json", territory, updated_before=after))) == {made[0].code, made[2].code}


def test_around_a_place(client: Client, territory: Territory) -> None:
    here, near, far = recent(lat=45.8, lon=-71.9), recent(lat=45.8, lon=-71.8987), recent(lat=45.81, lon=-71.9)
    assert set(codes(ask(client, "requests.json", territory, lat=45.8, long=-71.9))) == {here.code, near.code}
    assert codes(ask(client, "requests.json", territory, lat=45.8, long=-71.9, radius=50)) == [here.code]
    assert far.code in codes(ask(client, "requests.json", territory, lat=45.8, long=-71.9, radius=2000))


# -- what is not for everyone -------------------------------------------------------------------------------------


def test_only_what_is_public_is_told(client: Client, territory: Territory, clerk: Actor) -> None:
    issue = recent(description="Jean Tremblay, 12 rue Principale", photos=[photo()])
    hidden = recent()
    operations.hide_issue(actor=clerk, issue=hidden, is_hidden=True, now=now())
    for path in ("requests.json", f"requests/{issue.code}.json", "requests.xml"):
        text = ask(client, path, territory, extensions="true").content.decode()
        assert issue.code in text
        assert "Tremblay" not in text
        assert "fichiers" not in text
        assert hidden.code not in text
    assert ask(client, f"requests/{hidden.code}.json", territory).status_code == 404
    StoredFile.objects.update(state=FileState.READY)
    operations.release(actor=clerk, issue=issue, now=now(), text=True, photos=[StoredFile.objects.get().pk])
    [row] = ask(client, f"requests/{issue.code}.json", territory).json()
    assert row["description"] == "Jean Tremblay, 12 rue Principale"
    assert row["media_url"].startswith("http")


def test_a_closed_request_has_the_day_it_was_closed(client: Client, territory: Territory, clerk: Actor) -> None:
    issue = recent()
    closed = now() - timedelta(hours=1)
    operations.resolve_issue(actor=clerk, issue=issue, answer="Fait, madame Roy.", now=closed)
    [row] = ask(client, f"requests/{issue.code}.json", territory).json()
    assert row["status"] == "closed"
    assert datetime.fromisoformat(row["updated_datetime"]) == closed.replace(microsecond=0)
    assert "Roy" not in row["status_notes"], "the answer speaks to the reporter until it is released"
    operations.release_text(actor=clerk, issue=issue, is_public=True, now=now())
    [row] = ask(client, f"requests/{issue.code}.json", territory).json()
    assert row["status_notes"] == "Fait, madame Roy."


def test_extensions_only_when_asked(client: Client, territory: Territory) -> None:
    issue = recent()
    [plain] = ask(client, f"requests/{issue.code}.json", territory).json()
    assert not {"extended_attributes", "notes"} & set(plain)
    [more] = ask(client, f"requests/{issue.code}.json", territory, extensions="true").json()
    conforms("requests.json", [more])
    assert more["extended_attributes"]["status"] == "reported"
    assert [note["type"] for note in more["notes"]] == ["status"]
