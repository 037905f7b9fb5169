"""Promises about to break are said once; what is late comes in one message a day."""

from datetime import UTC, datetime, timedelta

import pytest

from parvis.core.cases import operations as cases
from parvis.core.cases.operations.digest import send_late_digests
from parvis.core.cases.tests.factories import run_queue
from parvis.core.identity.models import Team
from parvis.core.identity.tests.factories import make_staff
from parvis.core.notifications.models import InboxMessage
from parvis.core.tenancy.models import Territory
from parvis.lib.actor import Actor
from parvis.modules.issues import operations
from parvis.modules.issues.operations.escalation import warn_of_promises

from .factories import NOW, CategoryFactory, make_issue

pytestmark = pytest.mark.django_db
# Reported on Tuesday the 10th of March, five working days: due on Tuesday the 17th, in the evening.
FRIDAY, MONDAY = (datetime(2026, 3, day, 14, tzinfo=UTC) for day in (13, 16))
LATE = datetime(2026, 3, 18, 14, tzinfo=UTC)
SUNDAY = datetime(2026, 3, 22, 14, tzinfo=UTC)


def told(notice: str) -> list[object]:
    run_queue()
    return sorted(InboxMessage.objects.filter(notice__contains=notice).values_list("person_id", flat=True))


def test_team_and_manager_are_warned_once(territory: Territory, visitor: Actor) -> None:
    team = Team.objects.create(slug="voirie", name="Voirie")
    worker = make_staff(territory, "issues.work", team=team)
    manager, other = make_staff(territory, "cases.oversee"), make_staff(territory, "issues.work")
    issue = make_issue(visitor, category=CategoryFactory(team=team, warn_days=1))
    assert warn_of_promises(now=FRIDAY) == 0
    assert warn_of_promises(now=MONDAY) == 1
    assert warn_of_promises(now=MONDAY + timedelta(hours=1)) == 0
    assert told("due_soon") == sorted([worker.pk, manager.pk])
    assert other.pk not in told("due_soon")
    cases.promise_delay(actor=Actor.system(territory.pk), case=issue.case, days=6, now=MONDAY)
    assert warn_of_promises(now=MONDAY + timedelta(days=1)) == 1


def test_each_category_has_its_own_delay_or_none(territory: Territory, visitor: Actor, clerk: Actor) -> None:
    make_issue(visitor, category=CategoryFactory(warn_days=2))
    make_issue(visitor, category=CategoryFactory(warn_days=None))
    done = make_issue(visitor, category=CategoryFactory(warn_days=2))
    operations.resolve_issue(actor=clerk, issue=done, answer="Fait.", now=NOW)
    assert warn_of_promises(now=FRIDAY) == 1
    assert warn_of_promises(now=SUNDAY) == 0


def test_one_message_a_person_and_a_day(territory: Territory, visitor: Actor) -> None:
    team = Team.objects.create(slug="voirie", name="Voirie")
    worker = make_staff(territory, "issues.work", team=team)
    manager = make_staff(territory, "cases.oversee")
    category = CategoryFactory(team=team)
    issues = [make_issue(visitor, category=category) for _ in range(12)]
    assert send_late_digests(now=MONDAY) == 0
    assert send_late_digests(now=LATE) == 2
    assert send_late_digests(now=LATE + timedelta(hours=3)) == 0
    assert told("late_digest") == sorted([worker.pk, manager.pk])
    message = InboxMessage.objects.get(person_id=worker.pk)
    assert "12" in message.subject
    assert sum(issue.code in message.text for issue in issues) == 10
    assert send_late_digests(now=LATE + timedelta(days=1)) == 2
    assert send_late_digests(now=SUNDAY) == 0


def test_without_team_whoever_works_on_reports_is_told(territory: Territory, visitor: Actor) -> None:
    clerk, reader = make_staff(territory, "issues.work"), make_staff(territory, "cases.view")
    make_issue(visitor)
    send_late_digests(now=LATE)
    assert told("late_digest") == [clerk.pk]
    assert reader.pk not in told("late_digest")


def test_nobody_next_door_is_told(territory: Territory, neighbour: Territory, visitor: Actor) -> None:
    make_staff(neighbour)
    make_issue(visitor)
    assert send_late_digests(now=LATE) == 0
