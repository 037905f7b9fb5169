"""Count again what was marked, everything, or to see whether anything drifted.

A bucket is always counted whole from its source, and only what differs is written: the count cannot drift, and a
bucket that is right costs no write. One at a time for each cube of a territory; a reader never waits.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.apps import apps
from django.db import connection, transaction

from parvis.core.registry.cubes import Cube
from parvis.core.registry.registry import registry
from parvis.core.tenancy.context import current_territory_id
from parvis.core.tenancy.models import Territory
from parvis.core.ui.pagecache import MARKS, bump

from .models import Kept
from .spans import ALL, LAST, Span, month_end, month_of, months_later, spans_of

_WRITE = """
WITH fresh AS MATERIALIZED ({counted}),
gone AS (
  DELETE FROM {table} AS k WHERE k.territory_id = %(territory)s AND k.day BETWEEN %(start)s AND %(end)s
    AND NOT EXISTS (SELECT 1 FROM fresh f WHERE {same_key})
  RETURNING 1
), written AS (
  INSERT INTO {table} AS k (id, territory_id, {columns})
  SELECT gen_random_uuid(), %(territory)s, {columns} FROM fresh
  ON CONFLICT (territory_id, {keys}) DO UPDATE SET {changes} WHERE ({kept}) IS DISTINCT FROM ({found})
  RETURNING 1
)
SELECT (SELECT count(*) FROM gone) + (SELECT count(*) FROM written)
"""


def cubes() -> list[Cube]:
    """Return every cube that the manifests declare."""
    return [cube for _, cube in registry().gather("cubes")]


def cube_named(name: str) -> Cube | None:
    """Return a cube, or None when no manifest declares it any more."""
    return next((cube for cube in cubes() if cube.name == name), None)


def marked() -> list[tuple[UUID, str]]:
    """Return (territory, cube) of what waits to be counted again, of all territories."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT territory_id, cube FROM aggregates_mark")
        return list(cursor.fetchall())


@transaction.atomic
def refresh(cube: Cube, *, now: datetime) -> int:
    """Count again what is marked of a cube, for the territory in force; return how many rows changed.

    What commits while it counts has marks of its own, which it leaves for the next time.
    """
    _lock(cube)
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM aggregates_mark WHERE territory_id = %s AND cube = %s RETURNING day",
            [current_territory_id(), cube.name],
        )
        days = {day for (day,) in cursor.fetchall()}
    return _count_again(cube, spans_of(days, by_month=cube.by_month), now)


@transaction.atomic
def refresh_all(*, now: datetime) -> int:
    """Count again whatever is marked in the territory in force; return how many rows changed."""
    return sum(refresh(cube, now=now) for cube in cubes())


@transaction.atomic
def rebuild(cube: Cube, *, now: datetime) -> int:
    """Count a cube from nothing for the territory in force; return how many rows changed, 0 when all were right."""
    _lock(cube)
    return _count_again(cube, [ALL], now)


@transaction.atomic
def verify(cube: Cube, *, now: datetime) -> int:
    """Count again a part of a cube that nobody marked; return how many rows were wrong, and are right now.

    What is dated from three months ago on, and in the years before the month whose turn it is: twelve nights see all.
    """
    _lock(cube)
    recent = months_later(month_of(now.date()), -2)
    turn = now.date().toordinal() % 12 + 1
    first = _model(cube)._default_manager.order_by("day").values_list("day", flat=True).first() or recent
    months = [date(year, turn, 1) for year in range(first.year, recent.year + 1)]
    older = [Span(month, month_end(month)) for month in months if month < recent]
    return _count_again(cube, [*older, Span(recent, LAST)], now)


def forget_old(cube: Cube, *, now: datetime) -> int:
    """Drop the buckets that a cube no longer keeps; return how many rows."""
    if not cube.kept_days:
        return 0
    rows = _model(cube)._default_manager.filter(day__lt=_oldest(cube, now))
    return rows.delete()[0]


def _model(cube: Cube) -> type[Kept]:
    return apps.get_model(cube.model)


def _lock(cube: Cube) -> None:
    with connection.cursor() as cursor:
        key = f"aggregates {current_territory_id()} {cube.name}"
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])


def _oldest(cube: Cube, now: datetime) -> date:
    oldest = now.date() - timedelta(days=cube.kept_days)
    return month_of(oldest) if cube.by_month else oldest


def _count_again(cube: Cube, spans: Sequence[Span], now: datetime) -> int:
    town = Territory.objects.get(pk=current_territory_id())
    changed = 0
    for span in spans:
        start = max(span.start, _oldest(cube, now)) if cube.kept_days else span.start
        if start <= span.end:
            changed += _write(cube, town, Span(start, span.end))
    if changed and cube.is_public:
        bump(town.pk, only=MARKS)
    return changed


def _write(cube: Cube, town: Territory, span: Span) -> int:
    model = _model(cube)
    keys, columns = ("day", *model.keys), ("day", *model.keys, *model.measures)
    counted, extra = cube.count(ZoneInfo(town.timezone))
    text = _WRITE.format(
        counted=counted,
        table=model._meta.db_table,
        columns=", ".join(columns),
        keys=", ".join(keys),
        same_key=" AND ".join(f"f.{key} = k.{key}" for key in keys),
        changes=", ".join(f"{name} = excluded.{name}" for name in model.measures),
        kept=", ".join(f"k.{name}" for name in model.measures),
        found=", ".join(f"excluded.{name}" for name in model.measures),
    )
    values: dict[str, Any] = {**extra, "territory": town.pk, "zone": town.timezone}
    with connection.cursor() as cursor:
        cursor.execute(text, {**values, "start": span.start, "end": span.end})
        return cursor.fetchone()[0]
