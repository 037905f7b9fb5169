"""Stretches of days to count again; pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

FIRST, LAST = date(1900, 1, 1), date(9999, 12, 31)
NEVER = LAST
"""The bucket of what has no day."""


@dataclass(frozen=True, slots=True)
class Span:
    """Days from `start` to `end`, both included."""

    start: date
    end: date


ALL = Span(FIRST, LAST)


def month_of(day: date) -> date:
    """Return the first day of a month."""
    return day.replace(day=1)


def months_later(month: date, count: int) -> date:
    """Return the first day of the month so many months later, or earlier."""
    number = month.year * 12 + month.month - 1 + count
    return date(number // 12, number % 12 + 1, 1)


def month_end(day: date) -> date:
    """Return the last day of a month."""
    return LAST if (day.year, day.month) == (9999, 12) else months_later(month_of(day), 1) - timedelta(days=1)


def spans_of(days: Iterable[date | None], *, by_month: bool, gap: int = 3) -> list[Span]:
    """Return the whole buckets that hold these days, near ones in one span; a day that is None asks for all."""
    wanted = set(days)
    if None in wanted:
        return [ALL]
    buckets = sorted({month_of(day) if by_month else day for day in wanted if day is not None})
    found: list[Span] = []
    for bucket in buckets:
        end = month_end(bucket) if by_month else bucket
        if found and bucket.toordinal() - found[-1].end.toordinal() <= gap:
            found[-1] = Span(found[-1].start, end)
        else:
            found.append(Span(bucket, end))
    return found
