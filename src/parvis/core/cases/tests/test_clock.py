"""The promise of a case over weekends, holidays, closings and stops."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from parvis.core.cases import operations, queries
from parvis.core.cases.models import ClockReason, ClockStop
from parvis.core.cases.workflow import STEPS, State, can_step, sources_of
from parvis.core.tenancy.switches import change_settings
from parvis.lib.errors import Invalid, WrongState

from .factories import NOW, make_case

HOME = ZoneInfo("America/Toronto")


def day_of(case):
    return case.due_at.astimezone(HOME).date().isoformat()


@pytest.mark.django_db
def test_five_working_days_over_the_national_holiday(territory):
    opened = datetime(2026, 6, 22, 14, 0, tzinfo=UTC)  # Monday; 24 June is a holiday
    case = make_case(territory, now=opened, due_days=5)
    assert day_of(case) == "2026-06-30"
    assert case.due_at.astimezone(HOME).hour == 23


@pytest.mark.django_db
def test_the_towns_own_closings_do_not_count(territory):
    change_settings("cases", closings=["2026-06-03"])
    assert day_of(make_case(territory, due_days=3)) == "2026-06-05"


@pytest.mark.django_db
def test_the_towns_own_delay_is_the_default(territory):
    change_settings("cases", default_delay_days=2)
    assert day_of(make_case(territory)) == "2026-06-03"


@pytest.mark.django_db
def test_a_stop_over_a_holiday_gives_back_only_working_days(territory, clerk):
    case = make_case(territory, now=datetime(2026, 6, 22, 14, 0, tzinfo=UTC), due_days=5)
    operations.stop_clock(
        actor=clerk, case=case, reason=ClockReason.MATERIAL, now=datetime(2026, 6, 23, 14, 0, tzinfo=UTC)
    )
    assert (case.state, case.due_at) == (State.WAITING, None)
    operations.resume_clock(actor=clerk, case=case, now=datetime(2026, 6, 26, 14, 0, tzinfo=UTC))
    # the evenings of the 23rd and the 25th did not count; the 24th is a holiday anyway
    assert day_of(case) == "2026-07-03"  # 1 July is a holiday too


@pytest.mark.django_db
@pytest.mark.parametrize("state", [State.RECEIVED, State.OPEN, State.CLOSED])
def test_only_a_clock_that_stands_goes_on(territory, clerk, state):
    case = make_case(territory)
    if state == State.OPEN:
        operations.start_case(actor=clerk, case=case, now=NOW)
    elif state == State.CLOSED:
        operations.close_case(actor=clerk, case=case, now=NOW)
    with pytest.raises(WrongState):
        operations.resume_clock(actor=clerk, case=case, now=NOW)
    case.refresh_from_db()
    assert case.state == state


@pytest.mark.django_db
def test_one_stop_at_a_time(territory, clerk):
    case = make_case(territory)
    operations.stop_clock(actor=clerk, case=case, reason=ClockReason.SEASON, now=NOW)
    with pytest.raises(WrongState):
        operations.stop_clock(actor=clerk, case=case, reason=ClockReason.PERSON, now=NOW)
    assert ClockStop.objects.count() == 1


@pytest.mark.django_db
def test_a_stop_has_a_known_reason(territory, clerk):
    case = make_case(territory)
    with pytest.raises(Invalid):
        operations.stop_clock(actor=clerk, case=case, reason="tired", now=NOW)


@pytest.mark.django_db
def test_closing_ends_the_stop(territory, clerk):
    case = make_case(territory)
    operations.stop_clock(actor=clerk, case=case, reason=ClockReason.PARTNER, now=NOW)
    operations.close_case(actor=clerk, case=case, now=NOW + timedelta(days=1))
    assert ClockStop.objects.get().resumed_at == NOW + timedelta(days=1)


@pytest.mark.django_db
def test_nothing_promised_is_never_late(territory, clerk):
    case = make_case(territory)
    operations.promise_delay(actor=clerk, case=case, days=None, now=NOW)
    assert not case.is_late(NOW + timedelta(days=4000))
    with pytest.raises(Invalid):
        operations.promise_delay(actor=clerk, case=case, days=-1, now=NOW)


@pytest.mark.django_db
def test_history_says_why_the_clock_stood(territory, clerk):
    case = make_case(territory)
    operations.stop_clock(actor=clerk, case=case, reason=ClockReason.SEASON, now=NOW)
    line = queries.history(case).last()
    assert (line.name, line.data, line.from_state, line.to_state) == (
        "clock_stopped",
        {"reason": "season"},
        "received",
        "waiting",
    )


def test_every_open_state_can_be_ended_and_nothing_leaves_a_merge():
    for state in (State.RECEIVED, State.OPEN, State.WAITING):
        assert can_step(state, State.CLOSED)
    assert STEPS[State.MERGED] == frozenset()
    assert sources_of(State.WAITING) == {State.RECEIVED, State.OPEN}
