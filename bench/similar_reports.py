"""Open reports nearby that look alike, asked for before a new one is made, in a territory with 1,000,000 reports.

By the application role under row-level security. The baseline is the same question in a territory of 10,000 reports.
"""

from __future__ import annotations

import os
import random
import sys
import time
from collections.abc import Iterator
from typing import Any

from bench.stand import reports
from bench.stand.rows import percentile, row

NEEDS, LIMIT = "tables", 2400
TARGET = 50.0
SMALL, LARGE = 10_000, int(os.environ.get("PARVIS_BENCH_REPORTS", "1000000"))
ASKED = 400
SAID = (
    "",
    "gros trou devant chez nous",
    "la lumière de rue est brûlée depuis une semaine",
    "arbre tombé sur le trottoir",
)


def _times(slug_size: int) -> list[float]:
    from django.db import transaction
    from django.utils import timezone

    from parvis.core.tenancy.context import use
    from parvis.modules.issues import queries
    from parvis.modules.issues.models import Issue

    town = reports.make_town(f"bench-semblables-{slug_size}")
    reports.fill(town, slug_size, now=timezone.now())
    dice = random.Random(11)
    times, found = [], 0
    with transaction.atomic(), use(territory=town.territory):
        categories = [*queries.categories(), None]
        places = list(Issue.objects.order_by("code").values_list("lat", "lon")[: ASKED + 20])
        for at, (lat, lon) in enumerate(places):  # where people report: beside what others reported
            lat, lon = lat + dice.uniform(-0.0005, 0.0005), lon + dice.uniform(-0.0005, 0.0005)
            category, text = dice.choice(categories), dice.choice(SAID)
            started = time.perf_counter()
            found += len(queries.similar_to(lat=lat, lon=lon, category=category, text=text))
            if at >= 20:
                times.append((time.perf_counter() - started) * 1000)
    print(f"  {slug_size:,} reports: {found} found by {ASKED} questions", file=sys.stderr, flush=True)
    return times


def rows() -> Iterator[dict[str, Any]]:
    """Yield the 95th percentile in the large territory, beside the small one's."""
    small, large = percentile(_times(SMALL), 0.95), percentile(_times(LARGE), 0.95)
    yield row("similar_reports", large, "ms p95", target=TARGET, baseline=small, n=LARGE)
