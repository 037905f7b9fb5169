"""The demo's towns have been open for eighteen months: their adoption figures say so, and say what its reports say."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from parvis.core.delivery.models import Outgoing
from parvis.core.identity import demo as people
from parvis.core.identity.models import Account, Person, Presence
from parvis.core.notifications.models import InboxMessage
from parvis.core.portal import adoption
from parvis.core.portal import demo as portal
from parvis.core.registry.stage import Stage
from parvis.core.tenancy.context import use
from parvis.core.tenancy.guard import Scope
from parvis.core.tenancy.models import Territory
from parvis.lib.fiction.region import make_region
from parvis.modules.issues import demo as reports
from parvis.modules.issues.models import Issue

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 15, tzinfo=UTC)
SLUG = "riviere-aux-aulnes"


@pytest.fixture
def stage(territory: Territory) -> Stage:
    """A town of 4,036 people, with nobody and nothing in it yet."""
    region = make_region()
    town = next(one for one in region.municipalities if one.slug == SLUG)
    Territory.objects.filter(pk=territory.pk).update(slug=SLUG, population=town.population)
    territory.refresh_from_db()
    return Stage(territory, region, town, NOW)


def test_months_of_figures_that_agree_with_the_reports(stage: Stage) -> None:
    with use(territory=stage.territory):
        for package in (people, reports, portal):
            package.load(stage)
        accounts = adoption.accounts(stage.territory, now=NOW)
        served = adoption.served(stage.territory, now=NOW)
        rows = list(Issue.objects.exclude(person_id=None).values_list("person_id", "reported_at"))
    assert len(accounts) == 13
    assert [one.people for one in accounts] == sorted((one.people for one in accounts), reverse=True)
    assert accounts[0].percent > 4 and accounts[-1].people < 0.8 * accounts[0].people  # type: ignore[operator]
    zone = ZoneInfo(stage.territory.timezone)
    months = {one.month: one.people for one in served if one.people is not None}
    assert len(months) >= 10, "nearly every month has enough people to be told"
    for month, count in months.items():
        in_month = {who for who, at in rows if at.astimezone(zone).date().replace(day=1) == month}
        assert count == len(in_month)


def test_the_demo_people_were_told_what_became_of_their_reports(stage: Stage) -> None:
    with use(territory=stage.territory):
        people.load(stage)
        reports.load(stage)
        person = Person.objects.get(email="oce-anne@example.org")
        ended = Issue.objects.filter(person_id=person.pk, status__in=["resolved", "declined"]).select_related("case")
        closed = {issue.get_absolute_url(): issue.case.closed_at for issue in ended}
        inbox = list(InboxMessage.objects.filter(person=person).exclude(path=""))
        assert not Outgoing.objects.filter(person_id=person.pk).exists(), "nothing is sent of what is long past"
    assert closed
    assert {one.path: one.created_at for one in inbox} == closed
    assert all((one.read_at is None) == (NOW - one.created_at < timedelta(days=14)) for one in inbox)


def test_nobody_reported_with_an_account_before_having_it(stage: Stage) -> None:
    with use(territory=stage.territory):
        people.load(stage)
        reports.load(stage)
        web = list(Issue.objects.filter(case__channel="web").exclude(person_id=None).values("person_id", "reported_at"))
        by_phone = Issue.objects.filter(case__channel="phone").exclude(person_id=None).count()
    with use(scope=Scope.SIGN_IN):
        with_account = set(Account.objects.values_list("pk", flat=True))
        since = dict(Presence.objects.values_list("person_id", "entered_at"))
        levels = dict(Person.objects.values_list("pk", "level"))
    assert len(web) > 20 and by_phone > 40
    assert {row["person_id"] for row in web} <= with_account
    assert all(since[row["person_id"]] <= row["reported_at"] for row in web)
    assert all(levels[pk] == (1 if pk in with_account else 0) for pk in levels)
