"""Accounts and residents served over population, by month of the town's calendar; small numbers hidden."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from parvis.core.identity.operations import enter_territory, leave_territory
from parvis.core.identity.tests.factories import AccountFactory, PersonFactory
from parvis.core.portal import adoption, operations
from parvis.core.portal.models import Served
from parvis.core.registry.entries import UsageCounter
from parvis.core.registry.module import Module
from parvis.core.tenancy.context import use
from parvis.core.tenancy.guard import Scope
from parvis.core.tenancy.models import Territory
from parvis.lib.actor import Actor
from parvis.lib.ids import new_id

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 4, 20, 12, tzinfo=UTC)


def count(person: UUID, moment: str = "2026-03-10T12:00+00:00", module: str = "issues") -> None:
    operations.note_served(module=module, counter="issues", person_id=person, at=datetime.fromisoformat(moment))


def come(territory: Territory, moment: str) -> Actor:
    with use(scope=Scope.SIGN_IN):
        account = AccountFactory(person=PersonFactory(entered=[]))
    actor = Actor(territory_id=territory.pk, person_id=account.pk)
    enter_territory(actor=actor, now=datetime.fromisoformat(moment))
    return actor


def test_a_resident_counts_once_a_month(territory: Territory) -> None:
    person = new_id()
    for moment in ("2026-03-10T12:00+00:00", "2026-03-20T12:00+00:00", "2026-04-02T12:00+00:00"):
        count(person, moment)
    assert Served.objects.count() == 2


def test_a_month_ends_when_it_ends_in_town(territory: Territory) -> None:
    count(new_id(), "2026-04-01T02:00+00:00")
    assert Served.objects.get().month == date(2026, 3, 1)


def test_two_modules_may_call_a_counter_alike(territory: Territory) -> None:
    person = new_id()
    count(person)
    count(person, module="other")
    assert Served.objects.count() == 2


def test_few_people_are_not_told(territory: Territory) -> None:
    people = [new_id() for _ in range(5)]
    for person in people[:4]:
        count(person)
    [few] = adoption.served(territory, now=NOW)
    assert few.people is None and few.share is None and few.percent is None
    count(people[4])
    [enough] = adoption.served(territory, now=NOW)
    assert enough.people == 5
    assert enough.share == pytest.approx(5 / territory.population)


def test_accounts_are_counted_at_the_end_of_each_month(territory: Territory, neighbour: Territory) -> None:
    for day in (2, 3, 4, 5):
        come(territory, f"2026-01-0{day}T12:00+00:00")
    come(territory, "2026-02-03T12:00+00:00")
    gone = come(territory, "2026-02-28T12:00+00:00")
    come(territory, "2026-04-01T02:00+00:00")  # still March in town
    leave_territory(actor=gone, now=datetime(2026, 4, 5, tzinfo=UTC))
    come(neighbour, "2026-02-03T12:00+00:00")
    PersonFactory(entered=[territory])  # made at the counter, without an account
    found = {figure.month: figure.people for figure in adoption.accounts(territory, now=NOW)}
    assert found == {date(2026, 4, 1): 6, date(2026, 3, 1): 7, date(2026, 2, 1): 6, date(2026, 1, 1): None}
    newest, *_, first = adoption.accounts(territory, now=NOW)
    assert newest.share == pytest.approx(6 / territory.population)
    assert first.share is None, "the share would give the number back"


def test_thirteen_months_are_kept(territory: Territory) -> None:
    for moment in ("2025-03-31T12:00+00:00", "2025-04-01T12:00+00:00", "2026-04-01T12:00+00:00"):
        count(new_id(), moment)
    assert operations.forget_served(now=NOW) == 1
    assert [row.month for row in Served.objects.order_by("month")] == [date(2025, 4, 1), date(2026, 4, 1)]


def test_a_town_that_comes_with_a_history_has_its_figures(
    territory: Territory, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [new_id() for _ in range(6)]
    past = UsageCounter("c", "C", events=(), past=lambda since: [(person, NOW) for person in people * 2])
    house = type("House", (), {"gather": lambda self, name: [(Module(name="m", label="M"), past)]})()
    monkeypatch.setattr(operations, "registry", lambda: house)
    assert operations.count_past(now=NOW) == 6
    operations.count_past(now=NOW)
    assert Served.objects.count() == 6
