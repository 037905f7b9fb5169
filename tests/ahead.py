"""What is long is begun first, and nobody waits for it with idle hands.

The tables are migrated while the workers of a run still collect; the tests that use no database come first in each
worker's share, until they are ready.
"""

from __future__ import annotations

import gc
import json
import os
import threading
from contextlib import suppress

import pytest

from tests.database import SERVER_VARIABLE, Server

FEWER_COLLECTIONS = (20_000, 20, 50)
"""Django and a few thousand tests are a million objects that stay; looking through them took a twentieth of a run."""


def pytest_configure() -> None:
    """Look for garbage a little less often."""
    gc.set_threshold(*FEWER_COLLECTIONS)


def pytest_xdist_auto_num_workers() -> int:
    """One worker more than processors: a third of the time one waits for a browser, a clock or another process."""
    return len(os.sched_getaffinity(0)) + 1 if hasattr(os, "sched_getaffinity") else (os.cpu_count() or 1) + 1


@pytest.hookimpl(trylast=True)
def pytest_sessionstart() -> None:
    """Migrate the template once the run's server is up, beside the workers that start and collect."""
    if SERVER_VARIABLE in os.environ and "PYTEST_XDIST_WORKER" not in os.environ:
        threading.Thread(target=_migrate_ahead, daemon=True).start()


def _migrate_ahead() -> None:
    with suppress(Exception):  # whoever needs it tries again, and says what is wrong
        Server(**json.loads(os.environ[SERVER_VARIABLE])).template()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give each worker files that use no database first. Its share is a piece of the whole, in order (worksteal)."""
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    if workers == 1:
        return
    bound_files = {item.path for item in items if item.get_closest_marker("needs_postgres")}
    free = [item for item in items if item.path not in bound_files]
    bound = [item for item in items if item.path in bound_files]
    items[:] = [
        item
        for worker in range(workers)
        for part in (free, bound)
        for item in part[len(part) * worker // workers : len(part) * (worker + 1) // workers]
    ]


def pytest_collection_finish() -> None:
    """What is loaded by now stays until the end."""
    gc.collect()
    gc.freeze()
