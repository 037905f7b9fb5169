"""What happens to a case, of whatever kind: told by number, state and link, never in words."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from parvis.core.cases import operations as cases
from parvis.core.cases.models import HandOver
from parvis.core.cases.tests.factories import make_case, run_queue
from parvis.core.identity.models import Person
from parvis.core.identity.tests.factories import TeamFactory
from parvis.core.registry.registry import registry
from parvis.core.tenancy.context import use
from parvis.core.webhooks import operations
from parvis.core.webhooks.models import Delivery
from parvis.core.webhooks.queries import told_events

from .conftest import check, one_try

pytestmark = pytest.mark.django_db

INSIDE = {
    *("person_attached", "person_detached", "renamed", "note_added", "linked", "unlinked", "parted", "passed_on"),
    *("followed", "unfollowed", "copy_erased", "link_replaced", "canned_saved", "canned_deleted"),
    *("partner_link_replaced", "photo_blurred", "photo_unblurred", "became"),
    *("bulk_started", "bulk_finished", "late_digest"),
}
"""What concerns nobody outside: who it is, what staff note, what staff keep ready."""


@pytest.fixture
def heard(territory, clerk, receiver):
    """`heard()`: what the machine was told of cases since it was last asked, the oldest first."""
    events = [name for name in told_events() if name.startswith("cases.")]
    made, secret = operations.subscribe(
        actor=clerk, name="Intégrateur", url=receiver.url, events=events, now=timezone.now()
    )

    def look():
        while one_try(made, timezone.now() + timedelta(minutes=4)):
            pass
        said = [check(secret, got) for got in receiver.got]
        receiver.got.clear()
        return said

    return look


def test_every_step_of_a_case_is_told_or_is_nobodys_business_outside():
    told = {name.removeprefix("cases.") for name in told_events() if name.startswith("cases.")}
    emitted = {name.removeprefix("cases.") for name in registry().get("cases").emits}
    assert told | INSIDE == emitted
    assert told & INSIDE == set()


def test_the_life_of_a_case_of_a_kind_that_tells_nothing_itself(territory, clerk, resident, heard):
    now, team = timezone.now(), TeamFactory(slug="loisirs")
    case = make_case(territory, resident, kind="activities", subject="Terrain pour Monique", now=now)
    by_staff = {"actor": clerk, "case": case, "now": now}
    cases.assign_case(**by_staff, team=team, assignee=Person.objects.get(pk=clerk.person_id))
    cases.send_message(**by_staff, text="À quelle heure, Monique?", asks=True)
    cases.send_message(actor=resident, case=case, text="À midi", now=now)
    cases.close_case(**by_staff, text="Réservé pour Monique")
    cases.rate_case(actor=resident, case=case, rating=3, now=now)
    cases.reopen_case(actor=resident, case=case, now=now, text="Il pleut")
    said = heard()
    assert [one["type"].removeprefix("cases.") for one in said] == [
        *("opened", "assigned", "message_sent", "clock_stopped"),
        *("message_sent", "clock_resumed", "closed", "rated", "reopened"),
    ]
    data = [one["data"] for one in said]
    assert {one["code"] for one in data} == {case.code}
    assert {one["kind"] for one in data} == {"activities"}
    assert {one["team"] for one in data} == {"loisirs"}
    assert [one["to"] for one in data if "to" in one] == ["person", "staff"]
    assert [one["rating"] for one in data if "rating" in one] == [3]
    assert data[3]["reason"] == "person"
    assert data[0]["staff_url"].endswith(f"/{territory.slug}/bureau/dossiers/{case.code}/")
    for private in ("Monique", "midi", str(resident.person_id), str(clerk.person_id), str(case.pk)):
        assert private not in str(said)


def test_a_merge_and_a_hand_over_name_the_other_by_its_code(territory, region, clerk, heard):
    now = timezone.now()
    one, other = make_case(territory, now=now), make_case(territory, now=now)
    heard()
    cases.merge_cases(actor=clerk, case=one, into=other, now=now)
    merged, absorbed = (said["data"] for said in heard())
    assert (merged["code"], merged["into"], merged["status"]) == (one.code, other.code, "merged")
    assert (absorbed["code"], absorbed["absorbed"]) == (other.code, one.code)
    cases.hand_over_case(actor=clerk, case=other, to=region, reason="Chemin de Monique", now=now)
    run_queue()
    said = heard()
    [given] = [each["data"] for each in said if each["type"] == "cases.handed_over"]
    assert (given["hand_over"], given["with"]) == ("offered", region.slug)
    with use(territory=region):
        assert given["code_there"] == HandOver.objects.get(territory=region).case.code
    assert "Monique" not in str(said)


def test_the_figures_say_what_waits_and_what_fails(territory, neighbour, heard, receiver):
    def figures():
        lines = Client().get("/metrics").content.decode().splitlines()
        return {
            line.split('"')[1]: float(line.split()[-1]) for line in lines if line.startswith("parvis_webhook_deliver")
        }

    assert figures() == {"waiting": 0, "failing": 0}
    receiver.answers = [500, 204]
    make_case(territory, now=timezone.now())
    make_case(territory, now=timezone.now())
    with use(territory=territory):
        one_try(Delivery.objects.first().subscription, timezone.now())
    with use(territory=neighbour):
        assert figures() == {"waiting": 2, "failing": 1}
    heard()
    assert figures() == {"waiting": 0, "failing": 0}
