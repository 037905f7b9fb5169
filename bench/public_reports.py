"""The public map and list of a territory with 10,000 and with 1,000,000 reports, as whole answers of the web layer.

Each answer is made anew (no page is kept), by the application role under row-level security, in this process. The
baseline is the same question put to the small territory; the growth is the ratio, and the target what it allows.
"""

from __future__ import annotations

import os
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

from bench.stand import reports

NEEDS, LIMIT = "tables", 3600  # a million reports with their cases and indexes take their time
TARGET, GROWTH, ANYWAY = 300.0, 1.5, 50.0  # ms; times what the small territory takes, or ms all the same
SMALL, LARGE = 10_000, int(os.environ.get("PARVIS_BENCH_REPORTS", "1000000"))
ROUNDS = 12
WIDTH, HEIGHT = 1280, 720  # pixels of the map
FILTERS = (
    "",
    "status=open",
    "status=ended&category=genre-0",
    "category=genre-11",
    "status=planned&category=genre-19",
    "district=3",
    "district=5&status=open&category=genre-2",
    "from=2024-03&to=2024-05",
    "from=2019-11&to=2025-02&category=genre-1",
    "status=resolved&from=2021-06&to=2021-06",
)
LISTS = (*FILTERS, "q=37+belmarlan", "q=genre+7+dorvil", "q=trou+devant&status=open", "q=trottoir", "q=xyzzy")


def _milliseconds(work: Callable[[], Any]) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


def _p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[18]


def _window(zoom: int, dice: random.Random) -> str:
    """A screen of the map somewhere in the middle of the town."""
    wide = WIDTH / 512 / 2**zoom * 360
    high = HEIGHT / 512 / 2**zoom * 360 * 0.7
    lat, lon = reports.LAT + dice.uniform(-0.08, 0.08), reports.LON + dice.uniform(-0.12, 0.12)
    return f"{lon - wide / 2:.5f},{lat - high / 2:.5f},{lon + wide / 2:.5f},{lat + high / 2:.5f}"


def _asked(client: Any, path: str) -> None:
    answer = client.get(path)
    if answer.status_code != 200:
        raise RuntimeError(f"{path} answers {answer.status_code}")


def _measured(slug: str) -> dict[str, dict[str, list[float]]]:
    from django.test import Client

    client, dice = Client(headers={"host": "localhost"}), random.Random(7)
    base = f"/{slug}/signalements"
    times: dict[str, dict[str, list[float]]] = {"map": {}, "list": {}}

    def ask(name: str, group: str, path: str) -> None:
        times[name].setdefault(group, []).append(_milliseconds(lambda: _asked(client, path)))

    for warm in LISTS:
        _asked(client, f"{base}/?{warm}")
    for _ in range(ROUNDS):
        for zoom in range(8, 19):
            for query in dice.sample(FILTERS, 3):
                ask("map", f"zoom {zoom}", f"{base}/carte/points?{query}&zoom={zoom}&bbox={_window(zoom, dice)}")
        for query in LISTS:
            ask("list", query, f"{base}/?{query}")
        month = f"20{dice.randrange(19, 25)}-{dice.randrange(1, 13):02}"
        deep = f"{month}-01T00:00:00%2B00:00_00000000-0000-7000-8000-000000000000"
        ask("list", "deep", f"{base}/?after={deep}")
        ask("list", "deep, ended", f"{base}/?status=ended&after={deep}")
    return times


def _told(size: int, times: dict[str, dict[str, list[float]]]) -> dict[str, float]:
    for name, groups in times.items():
        for group, series in groups.items():
            middle = f"{statistics.median(series):7.1f} {_p95(series):7.1f}"
            print(f"  {size:>9,} {name:<5} {group or 'everything':<45} {middle}", file=sys.stderr, flush=True)
    return {name: _p95([one for series in groups.values() for one in series]) for name, groups in times.items()}


def rows() -> Iterator[dict[str, Any]]:
    """Yield the 95th percentiles of the map's windows and of the lists, with their growth from the small territory."""
    from django.conf import settings
    from django.utils import timezone

    settings.PAGE_CACHE = False
    found = {}
    for size in (SMALL, LARGE):
        town = reports.make_town(f"bench-signalements-{size}")
        started = time.perf_counter()
        reports.fill(town, size, now=timezone.now())
        print(f"  {size:,} reports in {time.perf_counter() - started:.0f} s", file=sys.stderr, flush=True)
        found[size] = _told(size, _measured(town.territory.slug))
    for name in ("map", "list"):
        value, small = found[LARGE][name], found[SMALL][name]
        yield {
            "bench": f"public_reports_{name}",
            "value": round(value, 2),
            "unit": "ms p95",
            "target": min(TARGET, max(ANYWAY, round(GROWTH * small, 2))),
            "met": value < min(TARGET, max(ANYWAY, GROWTH * small)),
            "baseline": round(small, 2),
            "ratio": round(value / small, 3),
            "n": LARGE,
        }
