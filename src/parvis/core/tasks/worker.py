"""The worker process: runs jobs, the schedules of the manifests, and revives what a dead worker left."""

import asyncio
import importlib
import logging
import signal
import sys
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

import psycopg
from django.db import connection, transaction
from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.contrib.django.utils import connector_params
from procrastinate.exceptions import ConnectorException
from procrastinate.psycopg_connector import PsycopgConnector

from parvis.core.registry.registry import registry
from parvis.core.tenancy.context import use
from parvis.core.tenancy.models import Territory
from parvis.core.tenancy.switches import is_on

from .operations import defer

log = logging.getLogger(__name__)

HEARTBEAT = 5.0  # seconds between two signs of life
STALLED = 20.0  # seconds of silence after which a worker is given up
PAUSE = 2.0  # seconds before another try to reach a database that went away
REVIVE_CRON = "* * * * * */15"  # every 15 s (the sixth field is the second): revived within 40 s


@app.periodic(cron=REVIVE_CRON)
@app.task(name="tasks.revive_stalled", queueing_lock="tasks.revive_stalled", pass_context=True, priority=90)
async def revive_stalled(job: JobContext, timestamp: int) -> None:
    """Put back in the queue what workers that fell silent had begun; tasks are safe to run twice."""
    manager = job.app.job_manager
    for stalled in await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED):
        log.warning("reviving job %s (%s) of a worker that fell silent", stalled.id, stalled.task_name)
        await manager.retry_job(stalled)


def _runner(owner: str, path: str, *, each_territory: bool, arguments: dict[str, Any]) -> Callable[[int], None]:
    module, _, name = path.rpartition(".")

    def run(timestamp: int) -> None:
        work = getattr(importlib.import_module(module), name)
        with transaction.atomic():
            for territory in _using(owner) if each_territory else [None]:
                carried = {"territory": str(territory) if territory else None, "person": None, "scope": "territory"}
                defer(work, unique=f"{path}:{territory}:{timestamp}", context=carried, **arguments)

    return run


def _using(module: str) -> list[UUID]:
    """Return the territories that use a module."""
    found = []
    for territory in Territory.objects.values_list("pk", flat=True):
        with use(territory=territory):
            if is_on(module):
                found.append(territory)
    return found


def register_schedules() -> None:
    """Make a periodic task of every schedule in the manifests."""
    for module, schedule in registry().gather("schedules"):
        name = f"schedule.{module.name}.{schedule.name}"
        if name in app.tasks:
            continue
        run = _runner(
            module.name, schedule.task, each_territory=schedule.each_territory, arguments=dict(schedule.arguments)
        )
        app.periodic(cron=schedule.cron)(app.task(name=name, queueing_lock=name)(run))


def _queue_connector(concurrency: int) -> PsycopgConnector:
    """The queue's own connections. They need not wait for the disk: what a crash makes them forget is done again."""
    parameters = connector_params()
    parameters["options"] = f"{parameters.get('options', '')} -c synchronous_commit=off".strip()
    return PsycopgConnector(kwargs=parameters, min_size=1, max_size=max(2, min(4, concurrency)))


def run_worker(*, concurrency: int = 4, wait: bool = True, queues: list[str] | None = None) -> None:
    """Run jobs until stopped (or, without `wait`, until none is left). SIGTERM and Ctrl-C finish what is running.

    A database that goes away is waited for, as the web server does; one that cannot be reached at the start raises.
    """
    sys.setswitchinterval(0.0005)
    register_schedules()
    connection.ensure_connection()
    while not asyncio.run(_work(concurrency, wait, queues)):
        log.warning("the worker lost its database, and tries again in %.0f s", PAUSE)
        time.sleep(PAUSE)


async def _work(concurrency: int, wait: bool, queues: list[str] | None) -> bool:
    """Run jobs. Return whether that ended as it should: procrastinate also ends by itself when a connection is lost."""
    asked = asyncio.Event()
    with app.replace_connector(_queue_connector(concurrency)) as working:
        try:
            async with working.open_async():
                running = asyncio.create_task(
                    working.run_worker_async(
                        name="parvis",
                        queues=queues,
                        concurrency=concurrency,
                        wait=wait,
                        listen_notify=wait,
                        fetch_job_polling_interval=5.0,
                        delete_jobs="successful",
                        update_heartbeat_interval=HEARTBEAT,
                        stalled_worker_timeout=STALLED,
                        shutdown_graceful_timeout=10,
                        install_signal_handlers=False,
                    )
                )
                if wait:
                    _on_stop(asked, running)
                await running
        except asyncio.CancelledError:
            return True
        except (ConnectorException, psycopg.Error):
            if not wait:
                raise
            log.exception("the queue cannot be reached")
            return asked.is_set()
    return asked.is_set() or not wait


def _on_stop(asked: asyncio.Event, running: asyncio.Task[None]) -> None:
    """Let SIGTERM and Ctrl-C end the work: what runs is finished, nothing new is begun."""

    def stop() -> None:
        asked.set()
        running.cancel()

    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop)
