"""Working days: holidays of Quebec, stops of the clock, changes of the clock."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parvis.lib.workdays import (
    QUEBEC,
    WorkCalendar,
    add_working_days,
    due_at,
    next_working_day,
    working_days_between,
    working_time_between,
)

ZONE = ZoneInfo("America/Toronto")
moments = st.datetimes(datetime(2020, 1, 1), datetime(2031, 12, 31), timezones=st.just(UTC))


def local(*parts):
    return datetime(*parts, tzinfo=ZONE)


@pytest.mark.parametrize(
    "day",
    [
        date(2026, 1, 1), date(2026, 4, 3), date(2026, 5, 18), date(2026, 6, 24), date(2026, 7, 1),
        date(2026, 9, 7), date(2026, 10, 12), date(2026, 12, 25), date(2026, 11, 21),
    ],
)  # fmt: skip
def test_quebec_rests(day):
    assert not QUEBEC.is_working(day)


@pytest.mark.parametrize("day", [date(2026, 2, 16), date(2026, 8, 3), date(2026, 11, 11), date(2026, 9, 30)])
def test_quebec_works_on_days_other_provinces_rest(day):
    assert QUEBEC.is_working(day)


def test_a_town_adds_its_own_closings():
    town = WorkCalendar(closings=frozenset({date(2026, 12, 24), date(2026, 12, 28)}))
    assert next_working_day(date(2026, 12, 24), town) == date(2026, 12, 29)


def test_the_same_hour_some_working_days_later():
    friday = local(2026, 6, 19, 10, 30)
    assert add_working_days(friday, 3, ZONE) == local(2026, 6, 25, 10, 30)  # weekend, then the 24th
    assert add_working_days(local(2026, 6, 25, 10, 30), -3, ZONE) == friday
    assert add_working_days(local(2026, 6, 20, 9), 0, ZONE) == local(2026, 6, 22, 9)


def test_the_hour_on_the_wall_stays_across_the_change_of_clock():
    friday = local(2026, 3, 6, 9)  # clocks move on Sunday the 8th
    later = add_working_days(friday, 1, "America/Toronto")
    assert later.astimezone(ZONE).hour == 9
    assert later.astimezone(UTC) - friday.astimezone(UTC) == timedelta(days=3, hours=-1)


def test_an_hour_that_the_change_skips_moves_on():
    # Lebanon-style changes happen on working days elsewhere: Cairo, Friday 2026-04-24 at 00:00
    cairo = ZoneInfo("Africa/Cairo")
    start = datetime(2026, 4, 23, 0, 30, tzinfo=cairo)
    everyday = WorkCalendar(country="XX", subdivision=None, weekend=frozenset())
    assert add_working_days(start, 1, cairo, calendar=everyday).astimezone(cairo).hour == 1


def test_due_at_the_end_of_the_day_in_the_zone_of_the_territory():
    late_evening = datetime(2026, 11, 17, 3, 30, tzinfo=UTC)  # Monday the 16th, 22:30 in Quebec
    assert due_at(late_evening, 5, ZONE) == local(2026, 11, 23, 23, 59, 59)
    assert due_at(local(2026, 11, 21, 12), 0, ZONE) == local(2026, 11, 23, 23, 59, 59)


def test_a_stop_moves_the_due_moment_by_the_working_days_it_covers():
    received = local(2026, 11, 16, 9)
    stop = (local(2026, 11, 17, 15), local(2026, 11, 20, 10))  # Tuesday to Friday: three ends of day
    assert due_at(received, 5, ZONE, stops=[stop]) == local(2026, 11, 26, 23, 59, 59)
    assert due_at(received, 5, ZONE, stops=[stop, stop]) == local(2026, 11, 26, 23, 59, 59)
    weekend = (local(2026, 11, 20, 18), local(2026, 11, 23, 8))
    assert due_at(received, 5, ZONE, stops=[weekend]) == local(2026, 11, 24, 23, 59, 59)


def test_nothing_is_due_while_the_clock_stands():
    received = local(2026, 11, 16, 9)
    assert due_at(received, 5, ZONE, stops=[(local(2026, 11, 18, 9), None)]) is None
    assert due_at(received, 5, ZONE, stops=[(local(2026, 11, 24, 0), None)]) == local(2026, 11, 23, 23, 59, 59)


def test_impossible_questions():
    with pytest.raises(ValueError, match="negative"):
        due_at(local(2026, 1, 5), -1, ZONE)
    with pytest.raises(ValueError, match="zone"):
        due_at(datetime(2026, 1, 5), 1, ZONE)
    with pytest.raises(ValueError, match="before it stopped"):
        due_at(local(2026, 1, 5), 1, ZONE, stops=[(local(2026, 1, 7), local(2026, 1, 6))])


def test_time_that_passed_on_working_days():
    assert working_time_between(local(2026, 11, 20, 12), local(2026, 11, 23, 12), ZONE) == timedelta(hours=24)
    stop = (local(2026, 11, 20, 18), local(2026, 11, 23, 6))
    assert working_time_between(local(2026, 11, 20, 12), local(2026, 11, 23, 12), ZONE, stops=[stop]) == timedelta(
        hours=12
    )
    assert working_time_between(local(2026, 11, 23), local(2026, 11, 20), ZONE) == timedelta()


@given(moments, st.integers(1, 60))
def test_due_is_a_working_day_and_counts_back(received, delay):
    due = due_at(received, delay, ZONE).astimezone(ZONE)
    assert QUEBEC.is_working(due.date())
    assert due > received
    assert working_days_between(received, due, ZONE) == delay


@given(moments, st.integers(0, 30), moments, st.timedeltas(timedelta(), timedelta(days=40)))
def test_a_stop_never_brings_the_due_moment_forward(received, delay, stopped, length):
    plain = due_at(received, delay, ZONE)
    stops = [(stopped, stopped + length)]
    moved = due_at(received, delay, ZONE, stops=stops)
    assert moved >= plain
    if delay:
        assert working_days_between(received, moved, ZONE, stops=stops) == delay


@given(moments, st.integers(-60, 60).filter(bool))
def test_there_and_back_from_a_working_day(start, days):
    at = add_working_days(start, 0, ZONE)
    there = add_working_days(at, days, ZONE).astimezone(ZONE)
    assert QUEBEC.is_working(there.date())
    assert add_working_days(there, -days, ZONE).astimezone(ZONE).date() == at.astimezone(ZONE).date()


@given(moments, moments, moments)
def test_time_adds_up(a, b, c):
    a, b, c = sorted((a, b, c))
    whole = working_time_between(a, c, ZONE)
    parts = working_time_between(a, b, ZONE) + working_time_between(b, c, ZONE)
    # an hour told twice in autumn counts once on the wall: at most that hour may differ, on days off only
    assert abs(whole - parts) <= timedelta(hours=1)
