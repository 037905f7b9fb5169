"""Fixtures of the kernel's tests."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import transaction

from parvis.core.registry import registry as registry_module
from parvis.core.tenancy.context import use
from parvis.core.tenancy.models import Territory

from . import house as trial

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture
def house(monkeypatch: pytest.MonkeyPatch) -> object:
    """The tests' module in the registry."""
    before = registry_module.registry()
    yield trial.move_in()
    monkeypatch.setattr(registry_module, "_registry", before)


@pytest.fixture
def town(committed_db: object, house: object) -> Iterator[Territory]:
    """A territory in a database where tests commit; nothing is in force."""
    return Territory.objects.create(slug="danville", name="Danville")


@pytest.fixture
def in_town(town: Territory) -> Callable[[], object]:
    """`with in_town():` a transaction in the territory, committed at its end."""
    from contextlib import contextmanager

    @contextmanager
    def enter() -> Iterator[None]:
        with transaction.atomic(), use(territory=town):
            yield

    return enter


@pytest.fixture
def start_worker() -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """`start_worker(concurrency, idle=True)` starts a worker of our own; what still runs is killed at the end."""
    started: list[subprocess.Popen[bytes]] = []

    def start(concurrency: int = 1, *, idle: bool = False) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "tests.kernel.worker_process", str(concurrency), *(["idle"] if idle else [])]
        path = os.pathsep.join([str(REPOSITORY / "src"), str(REPOSITORY)])
        started.append(subprocess.Popen(command, cwd=REPOSITORY, env={**os.environ, "PYTHONPATH": path}))
        return started[-1]

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.wait()
