"""Processes of the house under measure, and what they weigh."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from parvis.project.processes.addresses import answers
from parvis.project.processes.child import Child

_PARVIS = [sys.executable, "-m", "parvis.project.cli"]
CORES = len(os.sched_getaffinity(0))


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def running(name: str, command: list[str], *, ready: str = "", **environment: str) -> Iterator[Child]:
    """Run a process in this block; wait until the address `ready` answers. Raises RuntimeError when it never does."""
    log = Path(os.environ["PARVIS_VAR"]) / f"{name}.log"
    child = Child(name, command, environment={**os.environ, **environment}, log=log)
    child.start()
    try:
        deadline = time.monotonic() + 120
        while ready and not answers(ready):
            if not child.is_alive() or time.monotonic() > deadline:
                raise RuntimeError(f"The {name} did not start: {child.last_words()} ({log})")
            time.sleep(0.1)
        yield child
    finally:
        child.ask_to_stop()
        child.wait_stopped(15)


@contextmanager
def web_server(**environment: str) -> Iterator[int]:
    """Serve the house as `parvis serve` does, one process a core; yield its port."""
    port = free_port()
    command = [*_PARVIS, "serve", "--port", str(port), "--workers", str(CORES)]
    with running("web", command, ready=f"http://127.0.0.1:{port}/readyz", **environment):
        yield port


@contextmanager
def background_worker() -> Iterator[None]:
    """Run `parvis worker` beside."""
    with running("worker", [*_PARVIS, "worker"]):
        yield


def work_done(seconds: float = 120.0) -> None:
    """Wait until no background job waits or runs. Raises RuntimeError when that takes too long."""
    import psycopg

    left = (
        "SELECT count(*) FROM procrastinate_jobs WHERE status = 'doing'"
        " OR status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= now())"
    )
    deadline = time.monotonic() + seconds
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as connection:
        while connection.execute(left).fetchone() != (0,):
            if time.monotonic() > deadline:
                raise RuntimeError("The worker does not come to the end of its work.")
            time.sleep(0.5)


@contextmanager
def empty_view() -> Iterator[int]:
    """Serve an empty Django view in the same way; yield its port."""
    port = free_port()
    command = [sys.executable, "-m", "bench.stand.empty", str(port), str(CORES)]
    with running("empty", command, ready=f"http://127.0.0.1:{port}/"):
        yield port


def family(pid: int) -> set[int]:
    """Return a process and all that descend from it."""
    parents: dict[int, int] = {}
    for line in subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout.split(
        "\n"
    ):
        if line.strip():
            child, parent = map(int, line.split())
            parents[child] = parent
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found and child not in found}:
        found |= more
    return found


def processor_seconds() -> float:
    """Return the processor time that the processes started from here, still running, have used."""
    ticks = 0
    for pid in family(os.getpid()) - {os.getpid()}:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def weight(pids: set[int]) -> float:
    """Return the memory of processes in MB, shared pages divided among those who share them (PSS)."""
    total = 0
    for pid in pids:
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total * 1024 / 1e6
