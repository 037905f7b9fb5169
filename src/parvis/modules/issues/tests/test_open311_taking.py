"""Open311 GeoReport v2: requests that programs send in, their keys, and what cannot be taken."""

from datetime import timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client

from parvis.core.apikeys.models import ApiKey
from parvis.core.tenancy.context import use
from parvis.core.tenancy.models import Territory
from parvis.core.tenancy.switches import change_settings
from parvis.lib.actor import Actor
from parvis.modules.issues import operations
from parvis.modules.issues.models import Category, Issue, Question, Submission

from .factories import CategoryFactory
from .open311_calls import BASE, XML, ask, key_for, now, recent, send
from .open311_calls import client as client  # a fixture of this module too

pytestmark = pytest.mark.django_db


# -- sending in ---------------------------------------------------------------------------------------------------


def test_a_program_sends_a_request_in(client: Client, territory: Territory) -> None:
    category = CategoryFactory()
    answer = send(
        client,
        territory,
        form="xml",
        service_code=category.slug,
        description="Gros trou <b>&\nprofond",
        email="a@b.test",
        first_name="Ana",
        last_name="Roy",
        phone="819 555-0142",
        device_id="tt222",
        account_id="9",
        address_string="coin",
    )
    assert answer.status_code == 200, answer.content
    assert answer.headers["Content-Type"] == XML
    tree = ElementTree.fromstring(answer.content)
    issue = Issue.objects.get(code=tree.findtext("request/service_request_id"))
    assert issue.description == "Gros trou <b>&\nprofond"
    case = issue.case
    assert (case.contact_name, case.contact_email, case.contact_phone) == ("Ana Roy", "a@b.test", "+18195550142")
    assert (case.channel, case.place, issue.person_id) == ("partner", "coin", None)
    sent = Submission.objects.get()
    assert (sent.issue, sent.key_id) == (issue, ApiKey.objects.get().pk)


def test_attributes_become_answers(client: Client, territory: Territory) -> None:
    category = CategoryFactory()
    choices = [{"key": "a", "fr": "A"}, {"key": "b", "fr": "B"}, {"key": "c", "fr": "C"}]
    Question.objects.create(
        category=category, code="which", kind="multivaluelist", label_fr="Q", choices=choices, is_required=True
    )
    Question.objects.create(category=category, code="deep", kind="number", label_fr="N")
    missing = send(client, territory, service_code=category.slug)
    assert missing.status_code == 400
    wrong = send(client, territory, service_code=category.slug, **{"attribute[which][]": ["z"]})
    assert wrong.status_code == 400
    good = send(
        client, territory, service_code=category.slug, **{"attribute[which][]": ["a", "c"], "attribute[deep]": "12"}
    )
    assert good.status_code == 200, good.content
    assert {row["code"]: row["value"] for row in Issue.objects.get().answers} == {"which": ["a", "c"], "deep": 12}


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"service_code": None}, 400),
        ({"service_code": "rien"}, 404),
        ({"service_code": "\x00"}, 400),
        ({"jurisdiction_id": "nulle-part"}, 404),
        ({"jurisdiction_id": None}, 400),
        ({"lat": "NaN"}, 400),
        ({"lat": "1e999"}, 400),
        ({"long": "-1e999"}, 400),
        ({"lat": "91"}, 400),
        ({"lat": ""}, 400),
        ({"lat": "", "long": ""}, 400),
        ({"lat": "", "long": "", "address_string": "zzz 999"}, 400),
        ({"lat": "", "long": "", "address_id": "12"}, 400),
        ({"description": "x" * 4001}, 400),
        ({"description": "a\x00b"}, 400),
        ({"email": "pas une adresse"}, 400),
        ({"media_url": "file:///etc/passwd"}, 400),
        ({"media_url": "http://[::1"}, 400),
        ({"api_key": "inventée"}, 403),
        ({"api_key": None}, 403),
    ],
)
def test_what_cannot_be_taken(client: Client, territory: Territory, given: dict[str, Any], status: int) -> None:
    answer = send(client, territory, **{"service_code": CategoryFactory().slug, **given})
    assert answer.status_code == status, answer.content
    assert answer.json()[0]["code"] == status
    assert Issue.objects.count() == 0


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "]]> & < > \" '",
        "a\x0bb\x1fc\x7f",
        "\ufffe\U0001f573",
        "=cmd|' /C calc'!A0",
    ],
)
def test_hostile_words_come_back_as_words(client: Client, territory: Territory, clerk: Actor, text: str) -> None:
    sent = send(client, territory, service_code=CategoryFactory().slug, description=text)
    assert sent.status_code == 200, sent.content
    issue = Issue.objects.get()
    operations.release_text(actor=clerk, issue=issue, is_public=True, now=now())
    [row] = ask(client, f"requests/{issue.code}.json", territory).json()
    assert row["description"] == text.strip()
    told = ElementTree.fromstring(ask(client, f"requests/{issue.code}.xml", territory).content)
    assert len(told.findtext("request/description")) == len(text.strip())


def test_the_same_call_twice_makes_one_request(client: Client, territory: Territory) -> None:
    given = {"jurisdiction_id": territory.slug, "lat": 45.8, "long": -71.9, "service_code": CategoryFactory().slug}
    given["api_key"] = key_for(territory)
    made = [client.post(f"{BASE}/requests.json", given, headers={"Idempotency-Key": "abc"}).json() for _ in range(2)]
    assert made[0] == made[1]
    assert Issue.objects.count() == 1


def test_where_no_key_is_asked_for_anybody_may_send(client: Client, territory: Territory) -> None:
    change_settings("issues", open311_needs_key=False)
    assert send(client, territory, service_code=CategoryFactory().slug, api_key=None).status_code == 200
    change_settings("issues", anonymous_allowed=False)
    assert send(client, territory, service_code=CategoryFactory().slug, api_key=None).status_code == 403
    assert send(client, territory, service_code=CategoryFactory().slug).status_code == 200, "a key is somebody known"


def test_a_key_of_another_town_or_for_something_else_opens_nothing(
    client: Client, territory: Territory, neighbour: Territory
) -> None:
    with use(territory=neighbour):
        elsewhere = key_for(neighbour)
    for key in (elsewhere, key_for(territory, "issues.read")):
        assert send(client, territory, service_code=CategoryFactory().slug, api_key=key).status_code == 403
    assert Issue.objects.count() == 0


def test_the_key_that_sent_it_reads_its_words(client: Client, territory: Territory, clerk: Actor) -> None:
    mine, other = key_for(territory), key_for(territory)
    made = send(client, territory, service_code=CategoryFactory().slug, description="les miens", api_key=mine).json()
    code = made[0]["service_request_id"]
    operations.resolve_issue(actor=clerk, issue=Issue.objects.get(), answer="Bouché.", now=now())
    [row] = ask(client, f"requests/{code}.json", territory, api_key=mine).json()
    assert (row["description"], row["status_notes"]) == ("les miens", "Bouché.")
    for key in (other, "inventée", ""):
        [row] = ask(client, f"requests/{code}.json", territory, api_key=key).json()
        assert row["description"] is None
        assert "Bouché" not in row["status_notes"]


def test_a_key_may_not_come_too_often(client: Client, territory: Territory) -> None:
    key = key_for(territory)
    ApiKey.objects.update(per_minute=1)
    assert ask(client, "requests.json", territory, api_key=key).status_code == 200
    answers = [ask(client, "requests.json", territory, api_key=key) for _ in range(2)]  # a minute may turn in between
    assert 429 in {answer.status_code for answer in answers}
    assert answers[-1].headers.get("Retry-After") == "60"


def test_a_session_gives_no_rights_here(client: Client, territory: Territory) -> None:
    from parvis.core.identity.tests.factories import make_staff, sign_in

    issue = recent(description="privé")
    sign_in(client, make_staff(territory))
    assert ask(client, f"requests/{issue.code}.json", territory).json()[0]["description"] is None
    made = send(client, territory, service_code=CategoryFactory().slug).json()
    assert Issue.objects.get(code=made[0]["service_request_id"]).person_id is None


def test_a_list_takes_few_reads(client: Client, territory: Territory, django_assert_max_num_queries: Any) -> None:
    category = CategoryFactory()
    for hours in range(12):
        recent(category=category, now=now() - timedelta(hours=hours))
    with django_assert_max_num_queries(12):
        assert len(ask(client, "requests.json", territory).json()) == 12
    assert Category.objects.count() == 1
