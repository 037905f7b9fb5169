"""Kept counts: right after every change, and the same as counting everything from nothing."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from click.testing import CliRunner
from django.db import connection
from django.utils import timezone

from parvis.core.aggregates import operations as aggregates
from parvis.core.aggregates import tasks as aggregates_tasks
from parvis.core.aggregates.commands import rebuild
from parvis.core.aggregates.models import NOBODY, Mark
from parvis.core.aggregates.queries import is_counting
from parvis.core.aggregates.spans import NEVER
from parvis.core.cases.models import Case, ClockReason
from parvis.core.cases.operations import assign_case, merge_cases, promise_delay, resume_clock, stop_clock
from parvis.core.identity.models import Team
from parvis.core.identity.tests.factories import TeamFactory, TerritoryFactory
from parvis.core.tenancy.context import use
from parvis.core.tenancy.models import Territory
from parvis.lib.actor import Actor
from parvis.lib.ids import new_id
from parvis.lib.workdays import working_days_between
from parvis.modules.issues import operations
from parvis.modules.issues.models import DayCount, Issue, MonthCount, OpenCount, SpotCount
from parvis.modules.issues.queries import promises, workload
from parvis.modules.issues.queries.kept import Asked

from .factories import CategoryFactory, make_issue

pytestmark = pytest.mark.django_db
MARCH = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)  # a Monday
LATER = datetime(2026, 6, 10, 14, 0, tzinfo=UTC)
SPRING = Asked(date(2026, 3, 1), date(2026, 5, 1))


@pytest.fixture
def system(territory: Territory) -> Actor:
    return Actor.system(territory.pk)


def counted() -> dict[type, list[tuple]]:
    """Return all kept rows without their ids."""
    found = {}
    for model in (DayCount, MonthCount, OpenCount, SpotCount):
        names = ["day", *model.keys, *model.measures]
        rows = [tuple(str(value) for value in row) for row in model.objects.values_list(*names)]
        found[model] = sorted(rows)
    return found


def refreshed(now: datetime = LATER) -> dict[type, list[tuple]]:
    aggregates.refresh_all(now=now)
    return counted()


def closed(system: Actor, after: timedelta, **given: object) -> Issue:
    issue = make_issue(system, now=MARCH, **given)
    return operations.resolve_issue(actor=system, issue=issue, answer="Réparé.", now=MARCH + after)


def test_what_comes_in_and_goes_is_counted_by_day_and_month(system: Actor) -> None:
    category = CategoryFactory()
    closed(system, timedelta(days=2), category=category)
    make_issue(system, now=MARCH, category=category)
    refreshed(MARCH)
    [first, second] = DayCount.objects.order_by("day")
    assert (first.day, first.received, first.closed) == (date(2026, 3, 2), 2, 0)
    assert (second.day, second.received, second.closed) == (date(2026, 3, 4), 0, 1)
    month = MonthCount.objects.get()
    assert (month.received, month.closed, month.kept, month.late) == (2, 1, 1, 0)
    assert month.category_id == category.pk
    assert month.team_id == NOBODY
    assert OpenCount.objects.get().open == 1


CHANGES: dict[str, Callable[[Actor, Issue], object]] = {
    "closing": lambda actor, issue: operations.resolve_issue(actor=actor, issue=issue, answer="Fait", now=LATER),
    "declining": lambda actor, issue: operations.decline_issue(actor=actor, issue=issue, answer="Privé", now=LATER),
    "accepting": lambda actor, issue: operations.accept_issue(actor=actor, issue=issue, now=LATER),
    "another kind": lambda actor, issue: operations.recategorise_issue(
        actor=actor, issue=issue, category=CategoryFactory(promised_days=30), now=LATER
    ),
    "another team": lambda actor, issue: assign_case(
        actor=actor, case=issue.case, team=Team.objects.create(slug="voirie", name="Voirie"), assignee=None, now=LATER
    ),
    "another promise": lambda actor, issue: promise_delay(actor=actor, case=issue.case, days=60, now=LATER),
    "no promise": lambda actor, issue: promise_delay(actor=actor, case=issue.case, days=None, now=LATER),
    "a standing clock": lambda actor, issue: stop_clock(
        actor=actor, case=issue.case, reason=ClockReason.SEASON, now=MARCH + timedelta(days=1)
    ),
    "a merge": lambda actor, issue: merge_cases(
        actor=actor, case=issue.case, into=make_issue(actor, now=MARCH).case, now=LATER
    ),
    "another place": lambda actor, issue: Issue.objects.filter(pk=issue.pk).update(lat=45.9, lon=-71.8),
}


@pytest.mark.parametrize("change", CHANGES)
def test_after_any_change_the_kept_counts_are_those_counted_from_nothing(system: Actor, change: str) -> None:
    issue = make_issue(system, now=MARCH)
    closed(system, timedelta(days=20))
    before = refreshed()
    CHANGES[change](system, issue)
    after = refreshed()
    assert after != before
    assert [aggregates.rebuild(cube, now=LATER) for cube in aggregates.cubes()] == [0, 0, 0, 0]
    assert counted() == after


def test_reopening_takes_a_kept_promise_back(system: Actor) -> None:
    issue = closed(system, timedelta(days=1))
    refreshed()
    assert MonthCount.objects.get().kept == 1
    issue.refresh_from_db()
    operations.reopen_issue(actor=system, issue=issue, reason="Encore là", now=LATER)
    refreshed()
    assert MonthCount.objects.get().kept == 0
    assert promises.overall(SPRING, now=LATER).still_open == 1


def test_deleting_is_counted_too(system: Actor) -> None:
    issue = make_issue(system, now=MARCH)
    refreshed()
    Issue.objects.filter(pk=issue.pk).delete()
    refreshed()
    assert not MonthCount.objects.exists()
    assert not OpenCount.objects.exists()


def test_a_report_of_another_kind_of_case_is_none_of_it(territory: Territory) -> None:
    Case.objects.create(territory=territory, kind="autre", subject="x", opened_at=MARCH)
    assert not Mark.objects.exists()


def test_nothing_of_a_change_that_matters_not_is_marked(system: Actor) -> None:
    issue = make_issue(system, now=MARCH)
    refreshed()
    Case.objects.filter(pk=issue.case_id).update(subject="Autre chose")
    Issue.objects.filter(pk=issue.pk).update(description="Autre chose")
    assert not Mark.objects.exists()


def test_a_territory_counts_its_own(system: Actor, territory: Territory) -> None:
    make_issue(system, now=MARCH)
    other = TerritoryFactory()
    with use(territory=other):
        make_issue(Actor.system(other.pk), now=MARCH)
        refreshed()
        assert MonthCount.objects.get().territory_id == other.pk
    assert not MonthCount.objects.exists()
    assert {where for where, _ in aggregates.marked()} == {territory.pk}
    refreshed()
    assert MonthCount.objects.get().received == 1


def test_the_day_is_the_territorys(system: Actor) -> None:
    make_issue(system, now=datetime(2026, 4, 1, 2, 0, tzinfo=UTC))  # still the last of March in Quebec
    refreshed()
    assert MonthCount.objects.get().day == date(2026, 3, 1)


def test_a_night_finds_what_no_mark_told_and_puts_it_right(system: Actor) -> None:
    make_issue(system, now=MARCH)
    refreshed()
    MonthCount.objects.update(received=9)
    wrong = [
        aggregates.verify(cube, now=MARCH + timedelta(days=night))
        for night in range(12)
        for cube in aggregates.cubes()
        if cube.name == "issues.month"
    ]
    assert sum(wrong) == 1
    assert MonthCount.objects.get().received == 1


def test_what_is_too_old_for_a_cube_is_dropped(system: Actor) -> None:
    make_issue(system, now=MARCH)
    refreshed(MARCH)
    assert DayCount.objects.count() == 1
    cube = aggregates.cube_named("issues.day")
    assert cube is not None
    assert aggregates.forget_old(cube, now=MARCH + timedelta(days=400)) == 1


def test_delays_are_those_of_the_working_calendar(system: Actor) -> None:
    delays = [0, 1, 3, 4, 7, 11, 18, 25, 32, 40, 44, 60, 75]
    category = CategoryFactory(promised_days=10)
    for days in delays:
        closed(system, timedelta(days=days), category=category)
    refreshed(datetime(2026, 7, 1, tzinfo=UTC))
    zone = "America/Toronto"
    true = sorted(working_days_between(MARCH, MARCH + timedelta(days=days), zone) for days in delays)
    found = promises.overall(SPRING, now=datetime(2026, 7, 1, tzinfo=UTC))
    assert (found.median, found.ninth) == (true[6], true[11])
    assert (found.calendar_median, found.calendar_ninth) == (18, 60)
    assert found.kept == sum(days <= 10 for days in true)
    assert found.judged == len(delays)


def test_days_on_which_the_clock_stood_are_no_delay(system: Actor) -> None:
    issue = make_issue(system, now=MARCH)
    stop_clock(actor=system, case=issue.case, reason=ClockReason.SEASON, now=MARCH + timedelta(days=1))
    resume_clock(actor=system, case=issue.case, now=MARCH + timedelta(days=29))
    issue.refresh_from_db()
    operations.resolve_issue(actor=system, issue=issue, answer="Fait", now=MARCH + timedelta(days=31))
    refreshed()
    stops = [(MARCH + timedelta(days=1), MARCH + timedelta(days=29))]
    found = promises.overall(SPRING, now=LATER)
    worked = working_days_between(MARCH, MARCH + timedelta(days=31), "America/Toronto", stops=stops)
    assert (found.median, found.calendar_median) == (worked, 31)
    assert found.kept == 1


def test_what_is_open_and_late_counts_as_not_kept(system: Actor) -> None:
    category = CategoryFactory()
    for _ in range(2):
        closed(system, timedelta(days=1), category=category)
    for _ in range(3):
        make_issue(system, now=MARCH, category=category)
    refreshed()
    [found] = promises.reality(SPRING, "category_id", now=LATER)
    assert (found.kept, found.still_open, found.judged, found.share) == (2, 3, 5, 0.4)
    assert found.median is None  # more than half are still open: nobody knows yet
    assert found.promised == 5


def test_the_promise_told_is_the_one_that_was_in_force(system: Actor) -> None:
    category = CategoryFactory(promised_days=5)
    for _ in range(3):
        closed(system, timedelta(days=1), category=category)
    category.promised_days = 20
    category.save()
    closed(system, timedelta(days=1), category=category)
    refreshed()
    [found] = promises.reality(SPRING, "category_id", now=LATER)
    assert (found.promised, found.promised_least, found.promised_most) == (5, 5, 20)
    other = promise_delay(
        actor=system, case=closed(system, timedelta(days=1), category=category).case, days=3, now=LATER
    )
    assert other.due_days == 3
    refreshed()
    assert promises.overall(SPRING, now=LATER).promised_least == 3, "a promise that is changed is counted again"


def test_what_was_not_promised_has_no_promise(system: Actor) -> None:
    issue = closed(system, timedelta(days=1))
    Case.objects.filter(pk=issue.case_id).update(due_at=None)
    refreshed()
    assert promises.overall(SPRING, now=LATER).promised is None


def test_a_first_count_that_is_still_to_come_is_said(system: Actor) -> None:
    make_issue(system, now=MARCH)
    assert not is_counting("issues"), "one change is counted within a minute, and is no news"
    Mark.objects.create(territory_id=system.territory_id, cube="issues.spot", day=None)
    assert is_counting("issues") and not is_counting("issue")
    refreshed()
    assert not is_counting("issues")
    for ahead in range(40):
        Mark.objects.create(
            territory_id=system.territory_id, cube="issues.day", day=MARCH.date() + timedelta(days=ahead)
        )
    assert is_counting("issues")


def test_the_running_month_is_not_judged(system: Actor) -> None:
    make_issue(system, now=MARCH)
    refreshed()
    assert promises.overall(SPRING, now=MARCH).judged == 0


def test_the_week_knows_late_soon_and_standing(system: Actor) -> None:
    category = CategoryFactory(promised_days=1)
    make_issue(system, now=MARCH, category=category)
    waiting = make_issue(system, now=MARCH, category=category)
    stop_clock(actor=system, case=waiting.case, reason=ClockReason.SEASON, now=MARCH)
    refreshed(MARCH)
    assert OpenCount.objects.filter(day=NEVER).get().open == 1
    early = workload.load_of_all(SPRING, now=MARCH)
    assert (early.received, early.open, early.late, early.soon, early.standing) == (2, 2, 0, 1, 1)
    late = workload.load_of_all(SPRING, now=MARCH + timedelta(days=3))
    assert (late.late, late.soon) == (1, 0)


def test_hot_spots_are_squares_of_the_map(system: Actor) -> None:
    for _ in range(3):
        make_issue(system, now=MARCH, lat=45.8, lon=-71.9)
    make_issue(system, now=MARCH, lat=45.85, lon=-71.9)
    refreshed()
    hottest, other = workload.spots(SPRING)
    assert (hottest.received, other.received) == (3, 1)
    assert hottest.box.south <= 45.8 <= hottest.box.north
    assert hottest.box.west <= -71.9 <= hottest.box.east


def test_hot_spots_are_those_of_a_district_or_a_team(system: Actor) -> None:
    here, there, team = new_id(), new_id(), TeamFactory()
    for district, lat in ((here, 45.8), (here, 45.8), (there, 45.8), (there, 45.85)):
        issue = make_issue(system, now=MARCH, lat=lat, lon=-71.9)
        Case.objects.filter(pk=issue.case_id).update(district_id=district)
    Case.objects.filter(pk=issue.case_id).update(team=team)
    refreshed()
    assert [spot.received for spot in workload.spots(SPRING)] == [3, 1]
    assert [spot.received for spot in workload.spots(replace(SPRING, district_id=here))] == [2]
    assert [spot.received for spot in workload.spots(replace(SPRING, districts=frozenset({there})))] == [1, 1]
    assert [spot.received for spot in workload.spots(replace(SPRING, team_id=team.pk))] == [1]
    assert [spot.received for spot in workload.spots(replace(SPRING, category_id=issue.category_id))] == [1]


def test_seasons_are_years_on_average(system: Actor) -> None:
    category = CategoryFactory()
    for year in (2024, 2025):
        make_issue(system, now=datetime(year, 4, 10, 14, 0, tzinfo=UTC), category=category)
    refreshed()
    found = workload.seasons(Asked(date(2023, 1, 1), date(2025, 12, 1)))
    assert found.rows == {category.pk: {4: 1.0}}
    assert found.since == date(2024, 4, 1)  # nobody counted before: those months are no months without reports


def test_a_statement_of_many_rows_marks_each_day_once(system: Actor) -> None:
    for _ in range(5):
        make_issue(system, now=MARCH)
    refreshed()
    Case.objects.update(district_id=NOBODY)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM aggregates_mark WHERE cube = 'issues.day'")
        assert cursor.fetchone() == (1,)


def test_the_workers_clock_counts_what_is_marked_in_every_town(system: Actor, territory: Territory) -> None:
    make_issue(system, now=timezone.now())
    other = TerritoryFactory()
    with use(territory=other):
        make_issue(Actor.system(other.pk), now=timezone.now())
    aggregates_tasks.refresh.func(context={})
    assert not Mark.objects.exists()
    for town in (territory, other):
        with use(territory=town):
            assert DayCount.objects.get().received == 1


def test_an_operator_has_everything_counted_again(system: Actor, territory: Territory) -> None:
    make_issue(system, now=timezone.now())
    refreshed(timezone.now())
    MonthCount.objects.update(received=7)
    OpenCount.objects.all().delete()
    done = CliRunner().invoke(rebuild, ["--territory", territory.slug])
    assert done.exit_code == 0, done.output
    assert f"/{territory.slug}/ issues.month: 1 rows changed" in done.output
    assert f"/{territory.slug}/ issues.open: 1 rows changed" in done.output
    assert (MonthCount.objects.get().received, OpenCount.objects.get().open) == (1, 1)
    assert CliRunner().invoke(rebuild, ["--territory", "nulle-part"]).exit_code != 0
