"""How the kept counts of reports are counted: one statement a cube, over the cases of this module and their reports."""

from datetime import date, timedelta, tzinfo
from functools import lru_cache
from typing import Any

from django.utils import timezone

from parvis.core.aggregates.models import NOBODY
from parvis.core.cases.operations.clock import calendar_here
from parvis.core.registry.cubes import Cube, Watch
from parvis.lib.histogram import BOUNDS
from parvis.lib.workdays import WorkCalendar, worked_days

SPOT_ZOOM = 16
SPOT_DAYS = 760  # two years, and the months around them
DAY_DAYS = 130  # thirteen weeks before this one, and some
_CALENDAR_FROM = date(1995, 1, 1)

_KEYS = (
    """i.category_id, coalesce(c.district_id, %(nobody)s) AS district_id, coalesce(c.team_id, %(nobody)s) AS team_id"""
)
_COLUMNS = "day, category_id, district_id, team_id"
_ROWS = """FROM cases_case c JOIN issues_issue i ON i.case_id = c.id AND i.territory_id = %(territory)s
  WHERE c.territory_id = %(territory)s AND c.kind = 'issues'"""
_FROM = "(%(start)s::timestamp AT TIME ZONE %(zone)s)"
_UNTIL = "((%(end)s::date + 1)::timestamp AT TIME ZONE %(zone)s)"
# A report taken in from an earlier register may be closed without anybody knowing when: it has no delay.
_DATED = "c.closed_at IS NOT NULL AND NOT (i.status = 'resolved' AND i.resolved_at IS NULL)"


def _within(moment: str) -> str:
    return f"{moment} >= {_FROM} AND {moment} < {_UNTIL}"


def _day(moment: str) -> str:
    return f"({moment} AT TIME ZONE %(zone)s)::date"


def _month(moment: str) -> str:
    return f"date_trunc('month', {moment} AT TIME ZONE %(zone)s)::date"


def _worked(day: str) -> str:
    """Number of working days from the calendar's first to a day."""
    return f"coalesce((%(worked)s::int[])[{day} - %(first)s + 1], 0)"


_BY_DAY = f"""
SELECT {_COLUMNS}, sum(received)::int AS received, sum(closed)::int AS closed FROM (
  SELECT {_day("c.opened_at")} AS day, {_KEYS}, 1 AS received, 0 AS closed {_ROWS} AND {_within("c.opened_at")}
  UNION ALL
  SELECT {_day("c.closed_at")}, {_KEYS}, 0, 1 {_ROWS} AND {_DATED} AND {_within("c.closed_at")}
) AS moved GROUP BY {_COLUMNS}"""

# The working days at whose end the clock stood: from the day it stopped to the day before it went on.
_LAST_STOOD = f"least({_day('coalesce(s.resumed_at, c.closed_at)')} - 1, {_day('c.closed_at')})"
_BEFORE_STOOD = f"greatest({_day('s.stopped_at')} - 1, {_day('c.opened_at')})"
_STANDING = f"""coalesce((SELECT sum(greatest(0, {_worked(_LAST_STOOD)} - {_worked(_BEFORE_STOOD)}))
    FROM cases_clockstop s WHERE s.territory_id = %(territory)s AND s.case_id = c.id), 0)"""

_JUDGED = f"""
  SELECT {_month("coalesce(c.due_at, c.closed_at)")} AS day, {_KEYS}, c.closed_at <= c.due_at AS was_kept,
    width_bucket(greatest(0, {_worked(_day("c.closed_at"))} - {_worked(_day("c.opened_at"))} - {_STANDING})::int,
      %(bounds)s::int[]) AS working_bin,
    width_bucket(greatest(0, {_day("c.closed_at")} - {_day("c.opened_at")}), %(bounds)s::int[]) AS calendar_bin,
    CASE WHEN c.due_at IS NOT NULL THEN width_bucket(c.due_days::int, %(bounds)s::int[]) END AS promised_bin
  {_ROWS} AND c.state = 'closed' AND {_DATED} AND i.precision <> 'month'
    AND (({_within("c.due_at")}) OR (c.due_at IS NULL AND {_within("c.closed_at")}))"""


def _bins(unit: str) -> str:
    return f"""
  SELECT {_COLUMNS}, array_agg(bin ORDER BY bin)::smallint[] AS bins,
    array_agg(n ORDER BY bin)::int[] AS counts
  FROM (SELECT {_COLUMNS}, {unit}_bin AS bin, count(*) AS n FROM judged
    WHERE {unit}_bin IS NOT NULL GROUP BY {_COLUMNS}, {unit}_bin) AS one
  GROUP BY {_COLUMNS}"""


_NO_BINS = "NULL::smallint[], NULL::int[]"
_BY_MONTH = f"""
WITH judged AS MATERIALIZED ({_JUDGED}), parts AS (
  SELECT {_month("c.opened_at")} AS day, {_KEYS}, 1 AS received, 0 AS closed, 0 AS declined, 0 AS kept, 0 AS late,
    0 AS unpromised, NULL::smallint[] AS wb, NULL::int[] AS wc, NULL::smallint[] AS cb, NULL::int[] AS cc,
    NULL::smallint[] AS pb, NULL::int[] AS pc
  {_ROWS} AND {_within("c.opened_at")}
  UNION ALL
  SELECT {_month("c.closed_at")}, {_KEYS}, 0, 1, (i.status = 'declined')::int, 0, 0, 0, {_NO_BINS}, {_NO_BINS},
    {_NO_BINS}
  {_ROWS} AND {_DATED} AND {_within("c.closed_at")}
  UNION ALL
  SELECT {_COLUMNS}, 0, 0, 0, (was_kept IS TRUE)::int, (was_kept IS FALSE)::int,
    (was_kept IS NULL)::int, {_NO_BINS}, {_NO_BINS}, {_NO_BINS} FROM judged
  UNION ALL SELECT {_COLUMNS}, 0, 0, 0, 0, 0, 0, bins, counts, {_NO_BINS}, {_NO_BINS} FROM ({_bins("working")}) w
  UNION ALL SELECT {_COLUMNS}, 0, 0, 0, 0, 0, 0, {_NO_BINS}, bins, counts, {_NO_BINS} FROM ({_bins("calendar")}) d
  UNION ALL SELECT {_COLUMNS}, 0, 0, 0, 0, 0, 0, {_NO_BINS}, {_NO_BINS}, bins, counts FROM ({_bins("promised")}) p
)
SELECT {_COLUMNS}, sum(received)::int AS received, sum(closed)::int AS closed,
  sum(declined)::int AS declined, sum(kept)::int AS kept, sum(late)::int AS late, sum(unpromised)::int AS unpromised,
  coalesce(max(wb), '{{}}') AS working_bins, coalesce(max(wc), '{{}}') AS working_counts,
  coalesce(max(cb), '{{}}') AS calendar_bins, coalesce(max(cc), '{{}}') AS calendar_counts,
  coalesce(max(pb), '{{}}') AS promised_bins, coalesce(max(pc), '{{}}') AS promised_counts
FROM parts GROUP BY {_COLUMNS}"""

_OPEN = f"""
SELECT coalesce({_day("c.due_at")}, '9999-12-31') AS day, {_KEYS}, count(*)::int AS open,
  (count(*) FILTER (WHERE c.state = 'received'))::int AS untouched
{_ROWS} AND c.closed_at IS NULL
  AND (({_within("c.due_at")}) OR (c.due_at IS NULL AND %(end)s::date = '9999-12-31'))
GROUP BY 1, 2, 3, 4"""

_SPOTS = f"""
SELECT day, coalesce(category_id, %(nobody)s) AS category_id, district_id, team_id, x, y, count(*)::int AS received
FROM (
  SELECT {_month("c.opened_at")} AS day, {_KEYS}, floor((i.lon + 180) / 360 * %(tiles)s)::int AS x,
    floor((1 - asinh(tan(radians(i.lat))) / pi()) / 2 * %(tiles)s)::int AS y
  {_ROWS} AND {_within("c.opened_at")} AND i.lat BETWEEN -85 AND 85
) AS placed GROUP BY GROUPING SETS (({_COLUMNS}, x, y), (day, district_id, team_id, x, y))"""


@lru_cache(maxsize=64)
def _calendar(calendar: WorkCalendar, until: int) -> list[int]:
    return worked_days(_CALENDAR_FROM, date(until, 12, 31), calendar=calendar)


def _plain(text: str) -> Any:
    return lambda zone: (text, {"nobody": NOBODY})


def _spots(zone: tzinfo) -> tuple[str, dict[str, Any]]:
    return _SPOTS, {"nobody": NOBODY, "tiles": 2.0**SPOT_ZOOM}


def _by_month(zone: tzinfo) -> tuple[str, dict[str, Any]]:
    year = (timezone.now() + timedelta(days=31)).astimezone(zone).year
    return _BY_MONTH, {
        "nobody": NOBODY,
        "worked": _calendar(calendar_here(), year),
        "first": _CALENDAR_FROM,
        "bounds": list(BOUNDS),
    }


_MOVED = ("opened_at", "closed_at", "due_at", "due_days", "state", "team_id", "district_id")
_DESCRIBED = ("category_id", "lat", "lon", "status", "resolved_at", "precision")
_DUE_IF_OPEN = "CASE WHEN r.closed_at IS NULL THEN coalesce(r.due_at, '9999-12-31 12:00+00') END"
_DUE_IF_CLOSED = "CASE WHEN r.closed_at IS NOT NULL THEN coalesce(r.due_at, r.closed_at) END"


def _watches(*moments: str) -> tuple[Watch, ...]:
    return (
        Watch("cases.Case", columns=_MOVED, moments=moments, where="kind = 'issues'"),
        Watch("issues.Issue", columns=_DESCRIBED, moments=moments, through=("case_id", "cases.Case")),
    )


CUBES = [
    Cube("issues.day", "issues.DayCount", _plain(_BY_DAY), _watches("r.opened_at", "r.closed_at"), kept_days=DAY_DAYS),
    Cube(
        "issues.month",
        "issues.MonthCount",
        _by_month,
        _watches("r.opened_at", "r.closed_at", _DUE_IF_CLOSED),
        by_month=True,
        version=2,
        is_public=True,
    ),
    Cube("issues.open", "issues.OpenCount", _plain(_OPEN), _watches(_DUE_IF_OPEN), is_public=True),
    Cube(
        "issues.spot",
        "issues.SpotCount",
        _spots,
        _watches("r.opened_at"),
        by_month=True,
        kept_days=SPOT_DAYS,
        version=2,
    ),
]
