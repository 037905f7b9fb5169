"""Working days of an administration: weekends, public holidays (Quebec's by default) and local closings.

All moments are aware datetimes; days are counted in the zone of the territory, by the calendar and
never in hours, so that a change of clock moves nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from itertools import accumulate
from zoneinfo import ZoneInfo

import holidays

_DAY = timedelta(days=1)
_END_OF_DAY = time(23, 59, 59)

Stop = tuple[datetime, datetime | None]
"""A stop of the clock: when it stopped, when it went on (None while it still stands)."""


@dataclass(frozen=True)
class WorkCalendar:
    """Which days an administration works: country and subdivision of its holidays, and its own closings."""

    country: str = "CA"
    subdivision: str | None = "QC"
    closings: frozenset[date] = field(default_factory=frozenset)
    weekend: frozenset[int] = frozenset({5, 6})

    def is_working(self, day: date) -> bool:
        """Say whether the administration works on this day."""
        if day.weekday() in self.weekend or day in self.closings:
            return False
        return day not in _holidays(self.country, self.subdivision, day.year)

    def holiday_name(self, day: date, language: str = "fr") -> str | None:
        """Return the name of the public holiday of this day in fr, en or es (English where untranslated), or None."""
        spoken = {"fr": "fr", "en": "en_CA"}.get(language, "en_CA")
        return _holidays(self.country, self.subdivision, day.year, spoken).get(day)


QUEBEC = WorkCalendar()
"""Quebec's public holidays, no local closing."""


@lru_cache(maxsize=256)
def _holidays(country: str, subdivision: str | None, year: int, language: str | None = None) -> dict[date, str]:
    try:
        found = holidays.country_holidays(country, subdiv=subdivision, years=year, language=language)
    except NotImplementedError:
        return {}
    return dict(found.items())


def _zone(zone: str | tzinfo) -> tzinfo:
    return ZoneInfo(zone) if isinstance(zone, str) else zone


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a moment needs a zone")
    return moment


def next_working_day(day: date, calendar: WorkCalendar = QUEBEC) -> date:
    """Return this day if it is worked, else the first worked day after it."""
    while not calendar.is_working(day):
        day += _DAY
    return day


def worked_days(first: date, last: date, *, calendar: WorkCalendar = QUEBEC) -> list[int]:
    """Return, for each day from `first` to `last`, how many worked days there were up to and with it."""
    days = (date.fromordinal(number) for number in range(first.toordinal(), last.toordinal() + 1))
    return list(accumulate(int(calendar.is_working(day)) for day in days))


def add_working_days(start: datetime, days: int, zone: str | tzinfo, *, calendar: WorkCalendar = QUEBEC) -> datetime:
    """Return the moment `days` working days after (or before, if negative) `start`, at the same hour on the wall.

    The day of `start` is not counted. With 0 days, a start on a day off moves to the next working day.
    """
    local = _aware(start).astimezone(_zone(zone))
    day, left, step = local.date(), abs(days), _DAY if days >= 0 else -_DAY
    if not left:
        day = next_working_day(day, calendar)
    while left:
        day += step
        left -= calendar.is_working(day)
    return _on(day, local.time(), _zone(zone), start.tzinfo)


def due_at(
    received: datetime,
    delay: int,
    zone: str | tzinfo,
    *,
    stops: Iterable[Stop] = (),
    calendar: WorkCalendar = QUEBEC,
) -> datetime | None:
    """Return the end (23:59:59 local) of the working day by which an answer is due, in the zone of `received`.

    `delay` is in working days, at least 0; the day of receipt is not counted. A working day does not count
    when the clock stood at its end. None while the clock stands still for good: nothing is due.
    """
    if delay < 0:
        raise ValueError("a delay cannot be negative")
    local_zone, kept = _zone(zone), _checked(stops)
    # an answer due the same day is one due on the first day that counts, the day of receipt included
    day = _aware(received).astimezone(local_zone).date() - (_DAY if not delay else timedelta())
    left = max(delay, 1)
    while left:
        day += _DAY
        if any(resumed is None and stopped <= _end(day, local_zone) for stopped, resumed in kept):
            return None
        left -= calendar.is_working(day) and not _stands(day, kept, local_zone)
    return _end(day, local_zone).astimezone(received.tzinfo)


def working_days_between(
    start: datetime,
    end: datetime,
    zone: str | tzinfo,
    *,
    stops: Iterable[Stop] = (),
    calendar: WorkCalendar = QUEBEC,
) -> int:
    """Count the working days after the day of `start` up to and with the day of `end`; negative if end is before.

    Days at whose end the clock stood are not counted, as in `due_at`.
    """
    if end < start:
        return -working_days_between(end, start, zone, stops=stops, calendar=calendar)
    local_zone, kept = _zone(zone), _checked(stops)
    day, last = _aware(start).astimezone(local_zone).date(), _aware(end).astimezone(local_zone).date()
    count = 0
    while day < last:
        day += _DAY
        count += calendar.is_working(day) and not _stands(day, kept, local_zone)
    return count


def working_time_between(
    start: datetime,
    end: datetime,
    zone: str | tzinfo,
    *,
    stops: Iterable[Stop] = (),
    calendar: WorkCalendar = QUEBEC,
) -> timedelta:
    """Return the time that passed on working days, without the stops of the clock; zero if end is before start.

    A working day counts 24 hours on the wall, also when the clocks change on it.
    """
    local_zone = _zone(zone)
    pieces = _without_stops(_aware(start), _aware(end), _checked(stops))
    total = timedelta()
    for piece_start, piece_end in pieces:
        total += _worked(_wall(piece_start, local_zone), _wall(piece_end, local_zone), calendar)
    return total


def _worked(start: datetime, end: datetime, calendar: WorkCalendar) -> timedelta:
    """Sum the naive local time between two moments that falls on working days."""
    total, day = timedelta(), start.date()
    while day <= end.date():
        if calendar.is_working(day):
            opening = datetime.combine(day, time())
            total += max(timedelta(), min(end, opening + _DAY) - max(start, opening))
        day += _DAY
    return total


def _without_stops(start: datetime, end: datetime, stops: list[Stop]) -> list[tuple[datetime, datetime]]:
    pieces, at = [], start
    for stopped, resumed in sorted(stops, key=lambda stop: stop[0]):
        if at < min(stopped, end):
            pieces.append((at, min(stopped, end)))
        at = max(at, end if resumed is None else resumed)
    if at < end:
        pieces.append((at, end))
    return pieces


def _checked(stops: Iterable[Stop]) -> list[Stop]:
    kept = list(stops)
    for stopped, resumed in kept:
        if resumed is not None and resumed < stopped:
            raise ValueError("a clock cannot go on before it stopped")
    return kept


def _stands(day: date, stops: list[Stop], zone: tzinfo) -> bool:
    end = _end(day, zone)
    return any(stopped <= end and (resumed is None or end < resumed) for stopped, resumed in stops)


def _end(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, _END_OF_DAY, tzinfo=zone)


def _wall(moment: datetime, zone: tzinfo) -> datetime:
    return moment.astimezone(zone).replace(tzinfo=None, fold=0)


def _on(day: date, hour: time, zone: tzinfo, shown_in: tzinfo | None) -> datetime:
    """Put an hour on a day; an hour the change of clock skips moves on by the skipped hour, as clocks do."""
    return datetime.combine(day, hour.replace(tzinfo=None), tzinfo=zone).astimezone(UTC).astimezone(shown_in)
