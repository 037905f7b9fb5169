"""The figures of reports in a territory with 1,000,000 of them, as the application role under row-level security.

Each screen is what its page asks of the kept counts, under the filters that clerks use: the week, promises and delays,
the seasons, the hot spots, and the public page. Then how long it takes until a change stands in the figures, with the
wait of the worker's clock, and until all of them are counted from nothing. The baseline is the question of the
promises' screen put to the reports themselves.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from bench.stand.reports import Town, fill, make_town
from bench.stand.rows import percentile, row

NEEDS, LIMIT = "tables", 2400
TARGET, FRESH, CLOCK = 300.0, 60.0, 20.0  # milliseconds; seconds; seconds between two looks of the worker
REPORTS = int(os.environ.get("PARVIS_BENCH_REPORTS", "1000000"))
ROUNDS = 15
COUNT_LIVE = """
    SELECT i.category_id, count(*), percentile_disc(0.5) WITHIN GROUP (ORDER BY c.closed_at - c.opened_at)
    FROM cases_case c JOIN issues_issue i ON i.case_id = c.id AND i.territory_id = c.territory_id
    WHERE c.territory_id = %s AND c.kind = 'issues' AND c.opened_at >= %s GROUP BY 1
"""


def _milliseconds(work: Callable[[], Any]) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


def _screens(town: Town, now: Any) -> dict[str, list[Callable[[], Any]]]:
    """Return what each screen asks, once for each way in which it is asked."""
    from parvis.modules.issues.queries import promises, workload
    from parvis.modules.issues.queries.kept import last_months

    kind, district = town.kinds[0].pk, town.districts[0].pk
    asked = [
        last_months(now),
        last_months(now, 12, category_id=kind),
        last_months(now, 24, district_id=district),
        last_months(now, 60),
    ]

    def week(one: Any) -> None:
        workload.load_of_all(one, now=now)
        workload.weeks(one, now=now)
        for key in ("team_id", "district_id", "category_id"):
            workload.loads(one, key, now=now)

    def judged(one: Any) -> None:
        promises.overall(one, now=now)
        for key in ("category_id", "team_id", "district_id"):
            promises.reality(one, key, now=now)

    def public() -> None:
        promises.overall(asked[0], now=now)
        promises.reality(asked[0], "category_id", now=now)
        promises.reality(asked[0], "day", now=now)

    return {
        "figures_week": [lambda one=one: week(one) for one in asked],
        "figures_promises": [lambda one=one: judged(one) for one in asked],
        "figures_seasons": [lambda one=one: (workload.seasons(one), workload.months(one)) for one in asked],
        "figures_hot_spots": [lambda one=one: workload.spots(one) for one in asked[:3]],
        "figures_public": [public],
    }


def _live(town: Town, now: Any) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(COUNT_LIVE, [town.territory.pk, now - timedelta(days=365)])
        cursor.fetchall()


def _count_all(town: Town, now: Any) -> tuple[float, float]:
    """Return the seconds until all is counted, and until one closed report more is."""
    from django.db import transaction

    from parvis.core.aggregates import operations as aggregates
    from parvis.core.tenancy.context import use
    from parvis.lib.actor import Actor
    from parvis.modules.issues.models import Issue
    from parvis.modules.issues.operations import resolve_issue

    with transaction.atomic(), use(territory=town.territory):
        aggregates.refresh_all(now=now)
    with transaction.atomic(), use(territory=town.territory):
        started = time.perf_counter()
        for cube in aggregates.cubes():
            aggregates.rebuild(cube, now=now)
        whole = time.perf_counter() - started
    waits = []
    for _ in range(5):
        with transaction.atomic(), use(territory=town.territory):
            issue = Issue.objects.select_related("case").filter(status="accepted").order_by("-reported_at").first()
            assert issue is not None
            resolve_issue(actor=Actor.system(town.territory.pk), issue=issue, answer="Fait.", now=now)
        started = time.perf_counter()
        with transaction.atomic(), use(territory=town.territory):
            aggregates.refresh_all(now=now)
        waits.append(time.perf_counter() - started)
    return whole, max(waits)


def rows() -> Iterator[dict[str, Any]]:
    """Yield a row for each screen (milliseconds at the 95th percentile), then freshness and counting from nothing."""
    import psycopg
    from django.db import transaction
    from django.utils import timezone

    from parvis.core.tenancy.context import use

    now, town = timezone.now(), make_town("bench-portrait")
    fill(town, REPORTS, now=now)
    whole, fresh = _count_all(town, now)
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as owner:
        owner.execute("VACUUM (ANALYZE)")
    times: dict[str, list[float]] = {}
    with transaction.atomic(), use(territory=town.territory):
        live = percentile([_milliseconds(lambda: _live(town, now)) for _ in range(5)], 0.95)
        for name, ways in _screens(town, now).items():
            times[name] = [_milliseconds(way) for _ in range(ROUNDS) for way in ways]
    for name, series in times.items():
        yield row(name, percentile(series, 0.95), "ms p95", target=TARGET, baseline=live, n=REPORTS)
    yield row("figures_fresh", CLOCK + fresh, "s after a change", target=FRESH, n=REPORTS)
    yield row("figures_rebuild", whole, "s", n=REPORTS)
