"""`make demo`: the first start (everything made), memory when idle, the second start."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.stand.rows import row
from bench.stand.server import family, free_port, weight
from parvis.project.postgres.process import die_with_parent

NEEDS, LIMIT = "nothing", 900
MEMORY, SECOND_START = 700.0, 10.0
SETTLE = 20
"""Seconds from the first pages to the measure of memory."""


def run() -> Iterator[dict[str, Any]]:
    """Yield the first start, the memory of all processes after a few pages, the second start."""
    folder = Path(tempfile.mkdtemp(prefix="parvis-bench-"))
    try:
        with _demo(folder) as (process, seconds, port):
            yield row("demo_first_start", seconds, "s")
            _visit(port)
            time.sleep(SETTLE)
            pids = family(process.pid)
            yield row("demo_memory", weight(pids), "MB PSS", target=MEMORY, n=len(pids))
        starts = []
        for _ in range(2):
            with _demo(folder) as (process, seconds, port):
                starts.append(seconds)
        yield row("demo_second_start", min(starts), "s", target=SECOND_START, n=len(starts))
    finally:
        subprocess.run(
            [sys.executable, "-m", "parvis.project.cli", "demo", "--reset"], env=_environment(folder), check=False,
            stdout=subprocess.DEVNULL,
        )  # fmt: skip
        shutil.rmtree(folder, ignore_errors=True)


def _environment(folder: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DATABASE_", "PARVIS_"))}
    return {**kept, "PARVIS_VAR": str(folder)}


@contextmanager
def _demo(folder: Path) -> Iterator[tuple[subprocess.Popen[str], float, int]]:
    """Run `parvis demo` until it says that it is ready; yield it, the seconds that took, and its port."""
    port, begun = free_port(), time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "parvis.project.cli", "demo", "--port", str(port)],
        env=_environment(folder),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=die_with_parent(signal.SIGTERM),
    )
    try:
        assert process.stdout
        for line in process.stdout:
            if "Parvis is ready" in line:
                break
        else:
            raise RuntimeError("parvis demo ended before it was ready")
        yield process, time.monotonic() - begun, port
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)


def _visit(port: int) -> None:
    """Read a few pages first: an idle house has been used."""
    import httpx

    with httpx.Client(
        base_url=f"http://127.0.0.1:{port}", follow_redirects=True, trust_env=False, timeout=30
    ) as client:
        for page in ("/", "/riviere-aux-aulnes/", "/riviere-aux-aulnes/signalements/", "/riviere-aux-aulnes/carte/"):
            client.get(page).raise_for_status()
