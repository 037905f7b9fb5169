"""What is told of a change: to the reporter, to followers, on the public page and behind the secret link."""

import re
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import override

from parvis.core.cases import links
from parvis.core.cases import operations as cases
from parvis.core.cases.models import Follower
from parvis.core.cases.tests.factories import run_queue
from parvis.core.content.operations import ensure_territory_content
from parvis.core.delivery.models import Outgoing
from parvis.core.files.models import StoredFile
from parvis.core.files.operations import prepare_photo
from parvis.core.identity.models import Person
from parvis.core.identity.tests.factories import make_staff, sign_in
from parvis.core.notifications.models import InboxMessage
from parvis.core.tenancy.models import Territory
from parvis.lib.actor import Actor
from parvis.modules.issues import operations
from parvis.modules.issues.models import PHOTO, Issue

from .factories import CategoryFactory, make_issue, photo

pytestmark = pytest.mark.django_db
NOW = timezone.now().replace(microsecond=0)
LISE, PAUL = "lise@example.test", "paul@example.test"


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def client() -> Client:
    return Client(headers={"host": "localhost"})


@pytest.fixture
def issue(territory: Territory) -> Issue:
    """Reported by Lise without an account, followed by Paul; without an address."""
    contact = cases.Contact(name="Lise", email=LISE, language="en")
    issue = make_issue(now=NOW, contact=contact, photos=[photo()])
    Follower.objects.create(territory=territory, case=issue.case, email=PAUL, language="en")
    return issue


def day(ahead: int) -> datetime:
    there = (NOW + timedelta(days=ahead)).date()
    return datetime(there.year, there.month, there.day, tzinfo=ZoneInfo("America/Toronto"))


def written(moment: datetime) -> str:
    with override("en"):
        return date_format(moment, "DATE_FORMAT")


def mails(address: str) -> list[str]:
    """What the queue sends to an address."""
    Outgoing.objects.all().delete()
    run_queue()
    return [f"{mail.subject}\n{mail.text}" for mail in Outgoing.objects.filter(address=address)]


def page(client: Client, territory: Territory, issue: Issue) -> str:
    return client.get(f"/en/{territory.slug}/signalements/{issue.code}").content.decode()


def test_another_kind_is_told_once_with_the_promise(clerk: Actor, issue: Issue) -> None:
    run_queue()
    lamp = CategoryFactory(label_en="Street lamp")
    operations.recategorise_issue(actor=clerk, issue=issue, category=lamp, now=NOW)
    [told] = mails(LISE)
    assert "Street lamp" in told and "We promised an answer before" in told
    [followed] = Outgoing.objects.filter(address=PAUL)
    assert "Street lamp" in followed.text and "()" not in followed.text


def test_a_changed_promise_stands_in_the_public_history(
    client: Client, territory: Territory, clerk: Actor, issue: Issue
) -> None:
    cases.promise_delay(actor=clerk, case=issue.case, days=30, now=NOW)
    run_queue()
    seen = page(client, territory, issue)
    assert "The promise has changed" in seen and "The new date is" in seen
    cases.promise_delay(actor=clerk, case=issue.case, days=None, now=NOW)
    run_queue()
    assert "No date is promised any more." in page(client, territory, issue)
    cases.stop_clock(actor=clerk, case=issue.case, reason="season", now=NOW)
    cases.promise_delay(actor=clerk, case=issue.case, days=9, now=NOW)
    run_queue()
    assert "The delay is now 9 working days." in page(client, territory, issue)


def test_planned_after_the_promise_is_said_as_later(
    client: Client, territory: Territory, clerk: Actor, issue: Issue
) -> None:
    run_queue()
    operations.plan_issue(actor=clerk, issue=issue, now=NOW, starts_at=day(2), ends_at=day(40))
    [told] = mails(LISE)
    assert "planned for later than we promised" in told and "We promised an answer" not in told
    seen = page(client, territory, issue)
    assert "the work is planned for later" in seen and "Promised by then" not in seen
    operations.plan_issue(actor=clerk, issue=issue, now=NOW, starts_at=day(2), ends_at=day(3))
    [told] = mails(LISE)
    assert "We promised an answer before" in told and "later than" not in told
    assert "Promised by then" in page(client, territory, issue)


def test_the_first_day_alone_is_changed_and_the_last_one_stays(
    client: Client, territory: Territory, clerk: Actor, issue: Issue
) -> None:
    operations.plan_issue(actor=clerk, issue=issue, now=NOW, starts_at=day(2), ends_at=day(9))
    ensure_territory_content(territory)
    sign_in(client, make_staff(territory))
    seen = client.get(f"/{territory.slug}/bureau/dossiers/{issue.code}/").content.decode()
    [last] = re.findall(r'name="ends_at" value="([^"]*)"', seen)
    said = {"starts_at": f"{day(3):%Y-%m-%d}", "ends_at": last}
    client.post(f"/{territory.slug}/bureau/signalements/{issue.code}/plan/", said)
    issue.refresh_from_db()
    assert (issue.planned_from, issue.planned_until) == (day(3), day(9))


def test_the_secret_page_shows_the_photos_that_were_sent(
    client: Client, territory: Territory, issue: Issue, resident: Actor
) -> None:
    stored = StoredFile.objects.get(purpose=PHOTO)
    prepare_photo(stored)
    address = f"/{territory.slug}{links.path_of(issue.case)}"
    shown = f"{address}fichiers/{stored.pk}/"
    assert shown in client.get(address).content.decode()
    assert client.get(f"{shown}?size=medium").status_code == 200
    assert client.get(f"{shown}?size=original").status_code == 404
    other = make_issue(now=NOW, contact=cases.Contact(email=PAUL))
    elsewhere = f"/{territory.slug}{links.path_of(other.case)}"
    assert client.get(f"{elsewhere}fichiers/{stored.pk}/").status_code == 404
    person = Person.objects.get(pk=resident.person_id)
    cases.attach_person(actor=Actor.system(territory.pk), case=issue.case, person=person, now=NOW)
    assert client.get(shown).status_code == 404


def test_what_is_not_public_is_told_without_a_page_that_nobody_may_open(
    client: Client, territory: Territory, clerk: Actor, resident: Actor, issue: Issue
) -> None:
    cases.follow_case(actor=resident, case=issue.case, now=NOW)
    operations.hide_issue(actor=clerk, issue=issue, is_hidden=True, now=NOW)
    cases.promise_delay(actor=clerk, case=issue.case, days=30, now=NOW)
    run_queue()
    assert InboxMessage.objects.get(notice__contains="followed_promised").path == ""
    public = f"/{territory.slug}/signalements/{issue.code}"
    assert public not in client.get(f"/{territory.slug}{links.path_of(issue.case)}").content.decode()


@pytest.mark.parametrize(("by_text", "words"), [(True, "by text message"), (False, "calls this number")])
def test_the_form_says_what_a_telephone_is_for(
    client: Client, territory: Territory, settings: Any, by_text: bool, words: str
) -> None:
    if by_text:
        local = "parvis.core.delivery.channels.local.LocalAdapter"
        settings.DELIVERY_ADAPTERS = {**settings.DELIVERY_ADAPTERS, "sms": local}
    assert words in client.get(f"/en/{territory.slug}/signalements/nouveau").content.decode()


@pytest.mark.parametrize("by_text", [True, False])
def test_the_thanks_promise_news_only_to_whom_it_can_reach(
    client: Client, territory: Territory, settings: Any, by_text: bool
) -> None:
    if by_text:
        local = "parvis.core.delivery.channels.local.LocalAdapter"
        settings.DELIVERY_ADAPTERS = {**settings.DELIVERY_ADAPTERS, "sms": local}
    issue = make_issue(now=NOW, contact=cases.Contact(name="Lise", phone="819 555-0142"))
    session = client.session
    session["reported"] = [issue.code]
    session.save()
    told = client.get(f"/en/{territory.slug}/signalements/merci/{issue.code}").content.decode()
    assert ("You are told at every step" in told) is by_text
    assert ("Come back with the code" in told) is not by_text
    damaged = client.post(f"/en/{territory.slug}/signalements/merci/{issue.code}", {"asset": "abc"})
    assert damaged.status_code == 404


def test_the_secret_page_says_when_the_work_is_planned(
    client: Client, territory: Territory, clerk: Actor, issue: Issue
) -> None:
    link = f"/en/{territory.slug}{links.path_of(issue.case)}"
    assert "Work planned" not in client.get(link).content.decode()
    operations.plan_issue(actor=clerk, issue=issue, starts_at=day(60), ends_at=day(62), now=NOW)
    told = client.get(link).content.decode()
    assert "Work planned" in told and "later than we promised" in told
    assert written(day(60)) in told


def test_ones_own_page_says_when_the_work_is_planned(
    client: Client, territory: Territory, clerk: Actor, resident: Actor
) -> None:
    issue = make_issue(resident, now=NOW)
    operations.plan_issue(actor=clerk, issue=issue, starts_at=day(1), ends_at=None, now=NOW)
    sign_in(client, Person.objects.get(pk=resident.person_id))
    told = client.get(f"/en/{territory.slug}/mon-espace/demandes/{issue.code}/").content.decode()
    assert f"On {written(day(1))}." in told and "later than we promised" not in told
