"""What the week looks like, the months and the seasons, and where it happens, from the kept counts."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, Sum
from django.db.models.functions import ExtractMonth

from parvis.core.aggregates.models import NOBODY
from parvis.core.aggregates.spans import NEVER
from parvis.core.cases.operations.clock import calendar_here
from parvis.core.geo.queries import nearest_street
from parvis.core.tenancy.here import territory_here
from parvis.lib.geometry import Box, tile_box
from parvis.modules.issues.cubes import SPOT_ZOOM
from parvis.modules.issues.models import DayCount, MonthCount, OpenCount, SpotCount

from .kept import Asked, monday_of, names_of, sums_by, today_here

WEEKS = 13
SOON_DAYS = 2  # working days before its end in which a promise is about to break


@dataclass(frozen=True, slots=True)
class Load:
    """The work of a team, a district or a kind: this week's comings and goings, and what is open now."""

    label: str
    key: UUID | None = None
    received: int = 0
    closed: int = 0
    before_received: int = 0
    before_closed: int = 0
    open: int = 0
    late: int = 0
    soon: int = 0
    standing: int = 0
    untouched: int = 0


@dataclass(frozen=True, slots=True)
class Moved:
    """How many reports came in and were closed from a day on: a week, or a month."""

    start: date
    received: int = 0
    closed: int = 0


@dataclass(frozen=True, slots=True)
class Spot:
    """A square of the map, in degrees, with how many reports came in from it."""

    box: Box
    received: int


@dataclass(frozen=True, slots=True)
class Seasons:
    """Reports that came in by kind and month of the year, 1 to 12, on average of the months since the first counted."""

    rows: Mapping[UUID, Mapping[int, float]]
    since: date

    @property
    def most(self) -> float:
        """The highest of all."""
        return max((value for row in self.rows.values() for value in row.values()), default=0.0)


def soon_until(today: date) -> date:
    """Return the last day by which a promise counts as about to break."""
    calendar, day, left = calendar_here(), today, SOON_DAYS
    while left:
        day += timedelta(days=1)
        left -= calendar.is_working(day)
    return day


def loads(asked: Asked, key: str, *, now: datetime) -> list[Load]:
    """Return this week's work by a key (``team_id``, ``district_id``, ``category_id``), those with any."""
    moved, standing = _moved_this_week(asked, key, now), _open_now(asked, key, now)
    return [
        Load(label, value, **moved.get(value, {}), **standing.get(value, {}))
        for value, label in names_of(key).items()
        if value in moved or value in standing
    ]


def load_of_all(asked: Asked, *, now: datetime) -> Load:
    """Return this week's work of all that is asked about."""
    return Load(
        "", None, **_moved_this_week(asked, None, now).get(None, {}), **_open_now(asked, None, now).get(None, {})
    )


def _moved_this_week(asked: Asked, key: str | None, now: datetime) -> dict[Any, dict[str, int]]:
    monday = monday_of(today_here(now))
    this, before = Q(day__gte=monday), Q(day__lt=monday)
    rows = asked.of(DayCount).filter(day__gte=monday - timedelta(days=7), day__lt=monday + timedelta(days=7))
    return sums_by(
        rows,
        key,
        received=Sum("received", filter=this),
        closed=Sum("closed", filter=this),
        before_received=Sum("received", filter=before),
        before_closed=Sum("closed", filter=before),
    )


def _open_now(asked: Asked, key: str | None, now: datetime) -> dict[Any, dict[str, int]]:
    today = today_here(now)
    return sums_by(
        asked.of(OpenCount),
        key,
        open=Sum("open"),
        late=Sum("open", filter=Q(day__lt=today)),
        soon=Sum("open", filter=Q(day__gte=today, day__lte=soon_until(today))),
        standing=Sum("open", filter=Q(day=NEVER)),
        untouched=Sum("untouched"),
    )


def weeks(asked: Asked, *, now: datetime) -> list[Moved]:
    """Return the last weeks, the running one last; a week begins on Monday."""
    monday = monday_of(today_here(now))
    starts = [monday - timedelta(weeks=back) for back in range(WEEKS, -1, -1)]
    rows = asked.of(DayCount).filter(day__gte=starts[0])
    totals: dict[date, list[int]] = {start: [0, 0] for start in starts}
    for day, received, closed in rows.values_list("day").annotate(Sum("received"), Sum("closed")):
        total = totals.get(monday_of(day))
        if total is not None:
            total[0] += received
            total[1] += closed
    return [Moved(start, *total) for start, total in totals.items()]


def months(asked: Asked) -> list[Moved]:
    """Return the months asked about, oldest first."""
    rows = asked.months_of(MonthCount).values_list("day").annotate(Sum("received"), Sum("closed"))
    found = {day: (received, closed) for day, received, closed in rows}
    return [Moved(month, *found.get(month, (0, 0))) for month in asked.months]


def moved_by(asked: Asked, key: str) -> dict[UUID, dict[str, int]]:
    """Return what came in and was closed in the months asked about, by a key, in the order of its names."""
    sums = sums_by(asked.months_of(MonthCount), key, received=Sum("received"), closed=Sum("closed"))
    return {value: sums[value] for value in names_of(key) if value in sums and any(sums[value].values())}


def seasons(asked: Asked) -> Seasons:
    """Return how many reports came in by kind and month of the year, on average of the months asked about.

    Months before the first that was ever counted are no months without reports: they are left out.
    """
    first = MonthCount.objects.order_by("day").values_list("day", flat=True).first()
    since = max(asked.first, first or asked.first)
    times = Counter(month.month for month in asked.months if month >= since)
    rows = asked.months_of(MonthCount).values_list("category_id", ExtractMonth("day")).annotate(Sum("received"))
    found: dict[UUID, dict[int, float]] = {}
    for category, month, received in rows:
        found.setdefault(category, {})[month] = received / times[month]
    return Seasons({key: found[key] for key in names_of("category_id") if any(found.get(key, {}).values())}, since)


def spots(asked: Asked, *, limit: int = 40) -> list[Spot]:
    """Return the squares of the map with the most reports in the months asked about, most first.

    Of a square that lies in two districts, those reports count that are asked about.
    """
    rows = asked.months_of(SpotCount).filter(category_id=asked.category_id or NOBODY)
    found = rows.values_list("x", "y").annotate(total=Sum("received")).order_by("-total", "x", "y")[:limit]
    return [Spot(tile_box(SPOT_ZOOM, x, y), total) for x, y, total in found]


def street_near(spot: Spot) -> str:
    """Return the street that passes by the middle of a square: never a door, which is somebody's home."""
    lat, lon = spot.box.centre
    found = nearest_street(territory_here(), lat, lon)
    return found.label if found else f"{lat:.3f}, {lon:.3f}"


def table(asked: Asked) -> Iterable[Mapping[str, Any]]:
    """Yield the months asked about by kind, district and team: what an export holds."""
    names = {key: names_of(key) for key in ("category_id", "district_id", "team_id")}
    rows = asked.months_of(MonthCount).order_by("day", "category_id", "district_id", "team_id")
    for row in rows.iterator(chunk_size=2000):
        yield {
            "month": f"{row.day:%Y-%m}",
            "category": names["category_id"].get(row.category_id, ""),
            "district": names["district_id"].get(row.district_id, ""),
            "team": names["team_id"].get(row.team_id, ""),
            "received": row.received,
            "closed": row.closed,
            "declined": row.declined,
            "kept": row.kept,
            "late": row.late,
            "unpromised": row.unpromised,
        }
