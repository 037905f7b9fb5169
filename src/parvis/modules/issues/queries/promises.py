"""What was promised and what became of it, from the kept counts.

Judged are the reports whose promised day fell in the months asked about: closed in time, closed late, or still open,
which is late too. Those joined to another report are judged there. A delay is the one of what was closed; what is still
open counts as longer than any of them, so that a quantile never looks better because nobody finished the work.
The promise beside it is the one those reports were given, whatever their kind promises today.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Sum
from django.db.models.functions import TruncMonth

from parvis.core.aggregates.spans import month_end
from parvis.lib.histogram import merged, quantile
from parvis.modules.issues.models import MonthCount, OpenCount

from .kept import Asked, names_of, sums_by, today_here

Histogram = dict[int, int]
UNITS = ("working", "calendar", "promised")
_SUMS = {name: Sum(name) for name in ("kept", "late", "unpromised")}
_BINS = """
    SELECT q.key, u.bin, sum(u.n)::bigint FROM ({rows}) AS q (key, bins, counts), unnest(q.bins, q.counts) AS u (bin, n)
    GROUP BY q.key, u.bin
"""


@dataclass(frozen=True, slots=True)
class Reality:
    """What became of the promises of a kind, a team, a district or a month. Delays in days; None: more than so many
    are still open. `promised`: the working days that half of the closed ones were promised in, or fewer; from
    `promised_least` to `promised_most`.
    """

    key: UUID | date | None
    label: str
    kept: int
    late: int
    still_open: int
    unpromised: int
    median: int | None
    ninth: int | None
    calendar_median: int | None
    calendar_ninth: int | None
    promised: int | None = None
    promised_least: int | None = None
    promised_most: int | None = None

    @property
    def month(self) -> date:
        """The month, where the key is one."""
        assert isinstance(self.key, date)
        return self.key

    @property
    def judged(self) -> int:
        """How many promises fell due."""
        return self.kept + self.late + self.still_open

    @property
    def counted(self) -> int:
        """How many reports the delays are about."""
        return self.judged + self.unpromised

    @property
    def share(self) -> float | None:
        """The share kept, 0 to 1."""
        return self.kept / self.judged if self.judged else None

    @property
    def percent(self) -> float | None:
        """The share kept, in a hundred."""
        return None if self.share is None else 100 * self.share


def reality(asked: Asked, key: str, *, now: datetime) -> list[Reality]:
    """Return what became of the promises by a key: ``category_id``, ``team_id``, ``district_id`` or ``day`` (month)."""
    closed = asked.months_of(MonthCount)
    sums = sums_by(closed, key, **_SUMS)
    still_open = _still_open(asked, key, now)
    histograms = [_histograms(closed, key, unit) for unit in UNITS]
    labels: Any = {month: month for month in asked.months} if key == "day" else names_of(key)
    return [
        _reality(
            value,
            str(label),
            sums.get(value, {}),
            still_open.get(value, 0),
            *(histogram.get(value, {}) for histogram in histograms),
        )
        for value, label in labels.items()
        if value in sums or still_open.get(value)
    ]


def overall(asked: Asked, *, now: datetime) -> Reality:
    """Return what became of all the promises asked about."""
    closed = asked.months_of(MonthCount)
    sums = sums_by(closed, None, **_SUMS)[None]
    late = sum(_still_open(asked, "day", now).values())
    return _reality(None, "", sums, late, *(merged(_histograms(closed, "day", unit).values()) for unit in UNITS))


def _reality(
    key: Any,
    label: str,
    sums: dict[str, Any],
    still_open: int,
    working: Histogram,
    calendar: Histogram,
    promised: Histogram,
) -> Reality:
    return Reality(
        key=key,
        label=label,
        kept=sums.get("kept", 0),
        late=sums.get("late", 0),
        still_open=still_open,
        unpromised=sums.get("unpromised", 0),
        median=quantile(working, 0.5, still_open=still_open),
        ninth=quantile(working, 0.9, still_open=still_open),
        calendar_median=quantile(calendar, 0.5, still_open=still_open),
        calendar_ninth=quantile(calendar, 0.9, still_open=still_open),
        promised=quantile(promised, 0.5),
        promised_least=quantile(promised, 0),
        promised_most=quantile(promised, 1),
    )


def _still_open(asked: Asked, key: str, now: datetime) -> dict[Any, int]:
    until = min(month_end(asked.last), today_here(now) - timedelta(days=1))
    rows = asked.of(OpenCount).filter(day__gte=asked.first, day__lte=until)
    if key == "day":
        counted: Iterable[tuple[Any, int]] = rows.values_list(TruncMonth("day")).annotate(n=Sum("open"))
    else:
        counted = rows.values_list(key).annotate(n=Sum("open"))
    return dict(counted)


def _histograms(rows: Any, key: str, unit: str) -> dict[Any, Histogram]:
    text, parameters = rows.values_list(key, f"{unit}_bins", f"{unit}_counts").query.sql_with_params()
    found: dict[Any, Histogram] = {}
    with connection.cursor() as cursor:
        cursor.execute(_BINS.format(rows=text), parameters)
        for value, number, count in cursor.fetchall():
            found.setdefault(value, {})[number] = count
    return found
