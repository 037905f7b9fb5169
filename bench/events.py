"""An event with three subscribers: what it costs the request, and how many are delivered a second by one worker.

The baseline of the delivery is an empty task of the same queue, worked off by the same kind of worker in the same run.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parent.parent
OVERHEAD_TARGET, RATE_TARGET, RATIO_TARGET = 3.0, 200.0, 0.6
REQUESTS, EVENTS, EMPTY_TASKS = 300, 500, 1500
SUBSCRIBERS = 3


def one(event: Any) -> None:
    """A subscriber that reads the event and has nothing to do."""


def two(event: Any) -> None:
    """Another one."""


def three(event: Any) -> None:
    """A third."""


def move_in() -> None:
    """Add a module with the three subscribers to this process, and the empty task."""
    from bench import events
    from parvis.core.registry import registry as registry_module
    from parvis.core.registry.module import Module
    from parvis.core.registry.registry import Registry, registry
    from parvis.core.tasks.operations import task

    module = Module(
        name="benchmark", label="Benchmark", emits=["benchmark.done"],
        on={"benchmark.done": [events.one, events.two, events.three]},
    )  # fmt: skip
    registry_module._registry = Registry([*registry().modules, module])

    @task(name="benchmark.empty")
    def empty(*, number: int) -> None:
        """Nothing."""

    events.empty = empty  # type: ignore[attr-defined]


def _overhead() -> float:
    """Median milliseconds that recording the event adds to a request's transaction."""
    from django.db import transaction

    from parvis.core.events.operations import record
    from parvis.core.tenancy.context import use
    from parvis.lib.actor import Actor

    town = _town()
    times = []
    for _ in range(REQUESTS):
        with transaction.atomic(), use(territory=town):
            started = time.perf_counter()
            record(Actor.system(town.pk), "benchmark.done", town)
            times.append((time.perf_counter() - started) * 1000)
            transaction.set_rollback(True)
    return statistics.median(times)


def _town() -> Any:
    from parvis.core.tenancy.models import Territory

    return Territory.objects.get_or_create(slug="banc-evenements", defaults={"name": "Banc d'essai"})[0]


def _work_off(concurrency: int = 4) -> tuple[int, float]:
    """Let one worker process empty the queue; return jobs done and the seconds it took, without its start."""
    path = os.pathsep.join([str(REPOSITORY / "src"), str(REPOSITORY), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        [sys.executable, "-m", "bench.events", str(concurrency)],
        cwd=REPOSITORY, env={**os.environ, "PYTHONPATH": path}, check=True, capture_output=True, text=True,
    )  # fmt: skip
    jobs, seconds = json.loads(done.stdout.strip().splitlines()[-1])
    return jobs, seconds


def rows() -> list[dict[str, Any]]:
    """Measure on the database of `DATABASE_URL`, whose queue must be empty."""
    from django.db import transaction

    from bench import events
    from parvis.core.events.operations import record
    from parvis.core.tasks.operations import defer_many
    from parvis.core.tenancy.context import use
    from parvis.lib.actor import Actor

    move_in()
    overhead, town = _overhead(), _town()
    with transaction.atomic(), use(territory=town):
        defer_many(events.empty, [{"number": number} for number in range(EMPTY_TASKS)])
    empty_jobs, empty_seconds = _work_off()
    with transaction.atomic(), use(territory=town):
        for _ in range(EVENTS):
            record(Actor.system(town.pk), "benchmark.done", town)
    jobs, seconds = _work_off()
    rate, baseline = jobs / seconds, empty_jobs / empty_seconds
    ratio = round(rate / baseline, 2)
    return [
        {
            "bench": "event_overhead", "value": round(overhead, 2), "unit": "ms median", "target": OVERHEAD_TARGET,
            "met": overhead < OVERHEAD_TARGET, "baseline": None, "ratio": None, "n": REQUESTS,
        },
        {
            "bench": "event_delivery", "value": round(rate, 1), "unit": "deliveries/s a worker", "target": RATE_TARGET,
            "met": rate >= RATE_TARGET and ratio >= RATIO_TARGET, "baseline": round(baseline, 1), "ratio": ratio,
            "n": jobs,
        },
    ]  # fmt: skip


def _worker(concurrency: int) -> None:
    """The child's part: empty the queue and print [jobs, seconds]."""
    import django
    from django.db import connection

    django.setup()
    move_in()
    from parvis.core.tasks.operations import waiting
    from parvis.core.tasks.worker import run_worker

    before = waiting()
    connection.close()
    started = time.perf_counter()
    run_worker(concurrency=concurrency, wait=False)
    seconds = time.perf_counter() - started
    print(json.dumps([before - waiting(), seconds]))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "parvis.project.settings")
    if len(sys.argv) > 1:
        _worker(int(sys.argv[1]))
    else:
        import django

        django.setup()
        for row in rows():
            print(json.dumps(row))
