"""Works with a day: who says it, who reads it, and where."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from parvis.core.cases.tests.factories import run_queue
from parvis.core.delivery.models import Outgoing
from parvis.core.portal import agenda
from parvis.lib.errors import Invalid, NotAllowed, WrongState
from parvis.modules.issues import operations, queries
from parvis.modules.issues.models import Issue
from parvis.modules.issues.workflow import Status

from .factories import make_issue

pytestmark = pytest.mark.django_db


@pytest.fixture
def now():
    return timezone.now().replace(microsecond=0)


@pytest.fixture
def issue(territory, resident, now):
    return make_issue(resident, now=now)


def midnight(now, days):
    """Midnight in the town, four or five hours behind UTC."""
    from zoneinfo import ZoneInfo

    day = (now + timedelta(days=days)).date()
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo("America/Toronto"))


def plan(issue, actor, now, first, last=None):
    return operations.plan_issue(actor=actor, issue=issue, now=now, starts_at=first, ends_at=last)


def test_the_day_stands_in_the_calendar_on_the_page_and_in_the_message(client, territory, clerk, resident, issue, now):
    plan(issue, clerk, now, midnight(now, 7), midnight(now, 9))
    [item] = list(queries.works(now, now + timedelta(days=30)))
    assert item.all_day and item.ref == issue.code and issue.category.label in item.title
    assert [i.ref for i in queries.own_works(resident.person_id, now, now + timedelta(days=30))] == [issue.code]
    assert not list(queries.works(now, now + timedelta(days=6)))
    assert len(list(queries.works(now + timedelta(days=8), now + timedelta(days=30)))) == 1, "it lasts until the last"
    feed = agenda.icalendar_of(territory, "fr", agenda.entries(now, now + timedelta(days=30)), title="x", now=now)
    text = feed.decode()
    assert f"DTSTART;VALUE=DATE:{midnight(now, 7):%Y%m%d}" in text
    assert f"DTEND;VALUE=DATE:{midnight(now, 10):%Y%m%d}" in text
    assert f"/{territory.slug}/signalements/{issue.code}" in text.replace("\r\n ", "")
    run_queue()
    mail = Outgoing.objects.filter(subject__contains=issue.code).order_by("created_at").last()
    assert str(midnight(now, 7).day) in mail.text and str(midnight(now, 9).day) in mail.text
    page = client.get(f"/{territory.slug}/signalements/{issue.code}").content.decode()
    assert midnight(now, 7).strftime("%Y-%m-%d") in page


def test_another_day_is_said_again(clerk, issue, now):
    plan(issue, clerk, now, midnight(now, 7))
    plan(issue, clerk, now, midnight(now, 8))
    issue.refresh_from_db()
    assert issue.planned_from == midnight(now, 8) and issue.status == Status.PLANNED
    with pytest.raises(WrongState):
        plan(issue, clerk, now, midnight(now, 8))


def test_without_a_day_it_stands_in_no_calendar(clerk, issue, now):
    plan(issue, clerk, now, None)
    assert not list(queries.works(now - timedelta(days=400), now + timedelta(days=400)))


def test_what_is_solved_or_hidden_leaves_the_calendar(clerk, issue, now):
    plan(issue, clerk, now, midnight(now, 7))
    Issue.objects.filter(pk=issue.pk).update(is_hidden=True)
    assert not list(queries.works(now, now + timedelta(days=30)))
    Issue.objects.filter(pk=issue.pk).update(is_hidden=False)
    issue.refresh_from_db()
    operations.resolve_issue(actor=clerk, issue=issue, answer="Fait", now=now)
    assert not list(queries.works(now, now + timedelta(days=30)))


@pytest.mark.parametrize(("first", "last"), [(-3, None), (5, 4), (None, 4), (1200, None), (5, 2000)])
def test_days_that_cannot_be(clerk, issue, now, first, last):
    days = [midnight(now, day) if day is not None else None for day in (first, last)]
    with pytest.raises(Invalid):
        plan(issue, clerk, now, *days)


def test_the_wrong_person_plans_nothing(neighbour_clerk, resident, issue, now):
    for actor in (resident, neighbour_clerk):
        with pytest.raises(NotAllowed):
            plan(issue, actor, now, midnight(now, 7))


def test_a_program_plans_with_an_hour(territory, clerk, issue, now):
    plan(issue, clerk, now, datetime(2100, 1, 1, tzinfo=UTC).replace(year=now.year + 1))
    issue.refresh_from_db()
    assert issue.planned_from is not None


def test_works_of_next_door_are_not_ours(territory, neighbour, clerk, issue, now):
    from parvis.core.tenancy.context import use

    plan(issue, clerk, now, midnight(now, 7))
    with use(territory=neighbour):
        assert not list(queries.works(now, now + timedelta(days=30)))
