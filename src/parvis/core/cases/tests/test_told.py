"""Every change of the promise is told: what changed and by when, once, to whoever asked and to whoever follows."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from parvis.core.cases import links, operations
from parvis.core.cases.models import Case, ClockReason
from parvis.core.delivery.models import Outgoing
from parvis.core.identity.models import Organisation
from parvis.core.identity.tests.factories import OrganisationFactory, resident_actor
from parvis.core.notifications.models import InboxMessage
from parvis.core.tenancy.models import Territory
from parvis.lib.actor import Actor

from .factories import make_case, run_queue

pytestmark = pytest.mark.django_db
NOW = timezone.now()
LISE, PHONE = "lise@example.test", "+18195550142"


@pytest.fixture(autouse=True)
def house(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def follower(territory: Territory) -> Actor:
    return resident_actor(territory)


@pytest.fixture
def case(territory: Territory, follower: Actor) -> Case:
    contact = operations.Contact(name="Lise", email=LISE, language="en")
    case = make_case(territory, now=NOW, kind="procedures", contact=contact, due_days=5)
    operations.follow_case(actor=follower, case=case, now=NOW)
    run_queue()
    Outgoing.objects.all().delete()
    return case


@pytest.fixture
def ministry(territory: Territory) -> Organisation:
    return OrganisationFactory(
        name="Ministère fictif", status="admitted", decided_at=NOW - timedelta(days=9), email="routes@example.org"
    )


def stop(case: Case, clerk: Actor, reason: ClockReason = ClockReason.SEASON) -> None:
    operations.stop_clock(actor=clerk, case=case, reason=reason, now=NOW)


def news(follower: Actor) -> tuple[list[str], list[str]]:
    """What the queue tells the person by mail, and the follower in the inbox, since the last time."""
    Outgoing.objects.all().delete()
    InboxMessage.objects.all().delete()
    run_queue()
    mails = [f"{mail.subject}\n{mail.text}" for mail in Outgoing.objects.filter(address=LISE)]
    heard = InboxMessage.objects.filter(person_id=follower.person_id)
    return mails, [f"{message.subject}\n{message.text}" for message in heard]


def test_another_promise_is_told_with_both_dates(case: Case, clerk: Actor, follower: Actor) -> None:
    was = case.due_at
    operations.promise_delay(actor=clerk, case=case, days=30, now=NOW)
    [mail], [heard] = news(follower)
    assert "has changed" in mail and "Open my request" in mail and case.code in heard
    for moment in (was, case.due_at):
        assert moment is not None
        there = moment.astimezone(ZoneInfo("America/Toronto"))
        assert f"{there:%b}" in mail and f" {there.day}, " in mail
    operations.promise_delay(actor=clerk, case=case, days=30, now=NOW)
    assert news(follower) == ([], []), "the same promise again is no news"


def test_the_clock_that_stops_and_goes_on_is_told(case: Case, clerk: Actor, follower: Actor) -> None:
    stop(case, clerk)
    [mail], [heard] = news(follower)
    assert "The season does not allow it" in mail and "stands still" in mail and case.code in heard
    operations.promise_delay(actor=clerk, case=case, days=9, now=NOW)
    [mail], [heard] = news(follower)
    assert "9 working days" in mail and "stands still" in mail and "9" in heard
    operations.resume_clock(actor=clerk, case=case, now=NOW)
    [mail], [heard] = news(follower)
    assert "goes on" in mail and "We promise an answer before" in mail and case.code in heard


@pytest.mark.parametrize("waits", [False, True])
def test_a_hand_over_is_told_once(case: Case, clerk: Actor, follower: Actor, ministry: Any, waits: bool) -> None:
    if waits:
        stop(case, clerk)
        news(follower)
    operations.hand_over_case(actor=clerk, case=case, to=ministry, reason="À réparer", now=NOW)
    [mail], [heard] = news(follower)
    assert "Ministère fictif" in mail and "stands still" in mail
    assert case.code in heard and "Ministère fictif" not in heard


def test_a_question_is_told_once(case: Case, clerk: Actor, follower: Actor) -> None:
    operations.send_message(actor=clerk, case=case, text="Quelle adresse ?", asks=True, now=NOW)
    [mail], [heard] = news(follower)
    assert "Quelle adresse" in mail and "Quelle adresse" not in heard


def test_whoever_left_only_a_telephone_is_told_by_text_message(
    territory: Territory, clerk: Actor, settings: Any
) -> None:
    by_mail = settings.DELIVERY_ADAPTERS
    settings.DELIVERY_ADAPTERS = {**by_mail, "sms": "parvis.core.delivery.channels.local.LocalAdapter"}
    case = make_case(territory, now=NOW, kind="procedures", contact=operations.Contact(phone=PHONE), due_days=5)
    operations.promise_delay(actor=clerk, case=case, days=30, now=NOW)
    operations.send_message(actor=clerk, case=case, text="Confidentiel", now=NOW)
    run_queue()
    promised, message = Outgoing.objects.filter(channel="sms", address=PHONE).order_by("created_at", "id")
    assert case.code in promised.text and links.path_of(case).split(":")[0] in promised.text
    assert "Confidentiel" not in message.text
    settings.DELIVERY_ADAPTERS = by_mail
    operations.promise_delay(actor=clerk, case=case, days=40, now=NOW)
    run_queue()
    assert Outgoing.objects.count() == 2


def test_the_secret_page_says_what_happened_and_by_when(territory: Territory, clerk: Actor, case: Case) -> None:
    client = Client(headers={"host": "localhost"})

    def says() -> str:
        return client.get(f"/en/{territory.slug}{links.path_of(case)}").content.decode()

    operations.start_case(actor=clerk, case=case, now=NOW)
    assert "Taken in charge" in says() and "We answer by this date" in says()
    stop(case, clerk)
    assert "The clock stops" in says() and "stands still" in says()
