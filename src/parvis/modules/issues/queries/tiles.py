"""Counts of public reports from what is kept by tile: totals, months, cells of a map. Nothing here reads the reports.

Each read adds the changes that still wait (`sql/tiles.sql`). A filter by words has no kept counts: see `map_view`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from parvis.core.registry.entries import Window
from parvis.core.tenancy.context import current_territory_id
from parvis.lib.geometry import tile_at
from parvis.modules.issues.models import LEVELS

from .public import Filter

COARSEST, FINEST = LEVELS[0], LEVELS[-1]

_KEPT = """
SELECT {columns}, {part} AS n, lat_sum / nullif(total, 0) AS lat, lon_sum / nullif(total, 0) AS lon, year, months
FROM issues_tilecount
WHERE territory_id = %(town)s AND level = %(level)s AND total > 0 AND {conditions} AND {years}"""
_TOTALS = """
SELECT {columns}, total AS n, lat_sum / total AS lat, lon_sum / total AS lon
FROM issues_tiletotal
WHERE territory_id = %(town)s AND level = %(level)s AND total > 0 AND {conditions}"""
_WAITING = """
SELECT {columns}, count AS n, lat_sum / count AS lat, lon_sum / count AS lon{by_year}
FROM issues_tilechange WHERE territory_id = %(town)s AND {conditions} AND {months}"""
_WAITING_MONTHS = """, year,
    array_fill(0, ARRAY[month - 1]) || count || array_fill(0, ARRAY[12 - month]) AS months"""


@dataclass(frozen=True, slots=True)
class Cell:
    """So many reports in a tile, around their middle (WGS 84 degrees)."""

    x: int
    y: int
    count: int
    lat: float
    lon: float


def _asked(asked: Filter) -> tuple[dict[str, Any], list[str]]:
    """Return the parameters and the conditions of a filter that both tables answer."""
    values: dict[str, Any] = {"town": current_territory_id()}
    conditions = []
    if asked.statuses:
        conditions.append("status = ANY(%(statuses)s)")
        values["statuses"] = [status.value for status in asked.statuses]
    if asked.district:
        conditions.append("district_id = %(district)s")
        values["district"] = asked.district.pk
    if asked.category:
        values["category"] = asked.category.pk
    return values, conditions


def _part(first: date, last: date) -> str:
    """Return in SQL how many of a row's reports fall into a period: the whole year, or a part of it.

    The months are written out: an array that is unnested for each row costs as much as the row.
    """

    def held(start: int, end: int) -> str:
        return "total" if (start, end) == (1, 12) else " + ".join(f"months[{month}]" for month in range(start, end + 1))

    if first.year == last.year:
        return held(first.month, last.month)
    begins, ends = held(first.month, 12), held(1, last.month)
    return f"CASE year WHEN {first.year} THEN {begins} WHEN {last.year} THEN {ends} ELSE total END"


def _source(asked: Filter, level: int, window: Window | None, *, by_month: bool = False) -> tuple[str, dict[str, Any]]:
    """Return what is kept and what waits of all that answers, as (x, y, n, lat, lon) and, `by_month`, (year, months).

    Where no month matters, the totals are read: a sixth of the rows.
    """
    values, conditions = _asked(asked)
    first, last = asked.start or date(1, 1, 1), asked.end or date(9999, 12, 1)
    period = {
        "first_year": first.year, "last_year": last.year, "level": level,
        "first": first.year * 12 + first.month, "last": last.year * 12 + last.month,
    }  # fmt: skip
    values |= period
    kept = [*conditions, "category_id = %(category)s" if asked.category else "category_id IS NULL"]
    waiting = [*conditions, "category_id = %(category)s" if asked.category else "true"]
    if window is not None:
        (west, north), (east, south) = (
            tile_at(window.north, window.west, level),
            tile_at(window.south, window.east, level),
        )
        values |= {"xs": list(range(west, east + 1)), "north": north, "south": south}
        kept += ["x = ANY(%(xs)s)", "y BETWEEN %(north)s AND %(south)s"]
        waiting += [f"x >> {FINEST - level} = ANY(%(xs)s)", f"y >> {FINEST - level} BETWEEN %(north)s AND %(south)s"]
    by_year = by_month or bool(asked.start or asked.end)
    sql = (_KEPT if by_year else _TOTALS).format(
        columns="x, y",
        part=_part(first, last),
        conditions=" AND ".join(kept),
        years="year BETWEEN %(first_year)s AND %(last_year)s" if asked.start or asked.end else "true",
    )
    sql += " UNION ALL " + _WAITING.format(
        columns=f"x >> {FINEST - level} AS x, y >> {FINEST - level} AS y",
        conditions=" AND ".join(waiting),
        months="year * 12 + month BETWEEN %(first)s AND %(last)s" if asked.start or asked.end else "true",
        by_year=_WAITING_MONTHS if by_year else "",
    )
    return sql, values


def _rows(sql: str, values: Mapping[str, Any]) -> Sequence[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def total(asked: Filter, window: Window | None = None, level: int = COARSEST) -> int:
    """Return how many public reports answer, those without a place too; or how many in the tiles a window touches."""
    source, values = _source(asked, level, window)
    return int(_rows(f"SELECT coalesce(sum(n), 0) FROM ({source}) AS counted", values)[0][0])  # noqa: S608 (our text)


def count(asked: Filter) -> int:
    """Return how many reports answer; of a search by words, those that the page shows."""
    return len(set(asked.found())) if asked.text.strip() else total(asked)


def months(asked: Filter) -> list[tuple[date, int]]:
    """Return how many answer by month of report, oldest first, from the first month that has one to the last."""
    source, values = _source(asked, COARSEST, None, by_month=True)
    sql = (
        f"SELECT year, month, sum(held) FROM ({source}) AS counted,"  # noqa: S608 (our text)
        " unnest(months) WITH ORDINALITY AS held_in (held, month) WHERE held <> 0 GROUP BY 1, 2"
        " HAVING sum(held) > 0 ORDER BY 1, 2"
    )
    found = [(date(int(year), int(month), 1), int(n)) for year, month, n in _rows(sql, values)]
    return [
        (month, n)
        for month, n in found
        if (asked.start is None or month >= asked.start) and (asked.end is None or month <= asked.end)
    ]


def cells(asked: Filter, window: Window, level: int) -> list[Cell]:
    """Return the tiles of a kept level that a window touches, with how many answer in each."""
    source, values = _source(asked, level, window)
    sql = (  # our own text, values apart
        "SELECT x, y, sum(n), sum(n * lat) / nullif(sum(n), 0), sum(n * lon) / nullif(sum(n), 0)"  # noqa: S608
        f" FROM ({source}) AS counted GROUP BY x, y HAVING sum(n) > 0"
    )
    return [Cell(x, y, int(n), float(lat), float(lon)) for x, y, n, lat, lon in _rows(sql, values)]
