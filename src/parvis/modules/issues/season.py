"""The part of the year in which a kind of problem is taken in; it may go over New Year. Pure."""

from calendar import monthrange
from datetime import date


def number_of(month: int, day: int) -> int:
    """Return a day of the year as one number, ``MMDD``, that sorts like the calendar. Raises ValueError."""
    if not 1 <= month <= 12 or not 1 <= day <= monthrange(2024, month)[1]:
        raise ValueError("no such day")
    return month * 100 + day


def is_in(day: date, start: int | None, end: int | None) -> bool:
    """Tell whether a day lies in the season from `start` to `end` (``MMDD``, both included); no season is always."""
    if start is None or end is None:
        return True
    here = day.month * 100 + day.day
    return start <= here <= end if start <= end else here >= start or here <= end
