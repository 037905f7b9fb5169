"""How works repeat: a rule of RFC 5545, and the days it falls on; pure, without Django."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import islice

from dateutil.rrule import MONTHLY, WEEKLY, YEARLY, rrule, weekday

UNITS = {"week": ("WEEKLY", WEEKLY), "month": ("MONTHLY", MONTHLY), "year": ("YEARLY", YEARLY)}
CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
LAST = -1
FARTHEST = timedelta(days=366 * 30)


@dataclass(frozen=True, slots=True)
class Recurrence:
    """Every `every` weeks, months or years from a day on, whole days only.

    `weekdays`: 0 Monday to 6 Sunday; `months`: 1 to 12, none for all (of a year: that of the first day). `nth`: 1 to 4,
    or `LAST`: only the first, … or last of these weekdays of the month; 0 for each of them. Without weekdays, the day
    of the month (or week) of the first day.
    """

    first: date
    unit: str
    every: int = 1
    weekdays: Sequence[int] = ()
    months: Sequence[int] = ()
    nth: int = 0
    until: date | None = None
    skipped: frozenset[date] = field(default_factory=frozenset)

    def text(self) -> str:
        """Return the value of the RRULE, all of whose days are dates."""
        parts = [f"FREQ={UNITS[self.unit][0]}"]
        if self.every > 1:
            parts.append(f"INTERVAL={self.every}")
        if self.until:
            parts.append(f"UNTIL={self.until:%Y%m%d}")
        if months := self._months():
            parts.append("BYMONTH=" + ",".join(map(str, months)))
        if self.weekdays:
            prefix = str(self.nth) if self.nth and self.unit != "week" else ""
            parts.append("BYDAY=" + ",".join(f"{prefix}{CODES[day]}" for day in self.weekdays))
        return ";".join(parts)

    def days(self, start: date, end: date) -> Iterator[date]:
        """Yield the days of a window, the last one excluded, without those that are skipped."""
        for day in self._all(max(start, self.first)):
            if day >= end:
                return
            if day not in self.skipped:
                yield day

    def coming(self, start: date, most: int) -> list[date]:
        """Return the next days from one on, skipped ones included, so that they can be put back."""
        return list(islice(self._all(max(start, self.first)), most))

    def _months(self) -> list[int]:
        if self.unit == "year" and not self.months:
            return [self.first.month]
        return sorted(self.months)

    def _all(self, start: date) -> Iterator[date]:
        on = [weekday(day, self.nth) if self.nth and self.unit != "week" else weekday(day) for day in self.weekdays]
        last = min(self.until or date.max, start + FARTHEST)
        rule = rrule(
            UNITS[self.unit][1],
            dtstart=datetime.combine(self.first, time.min),
            interval=self.every,
            until=datetime.combine(last, time.min),
            bymonth=self._months() or None,
            byweekday=on or None,
        )
        return (moment.date() for moment in rule.xafter(datetime.combine(start, time.min), inc=True))
