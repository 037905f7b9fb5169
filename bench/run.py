"""Run the benchmarks one after the other, each in a process of its own, and print a row a measure.

A benchmark is a module of this folder with `run()` or `rows()`, which gives rows (`bench.stand.rows.row`); `NEEDS`
says what it finds in its database (`"nothing"`, `"tables"`: migrated, `"region"`: the demo region), `LIMIT` after how
many seconds it is given up, `BY_NAME_ONLY` that it runs only when it is asked for. Rows go to standard output as JSON;
a terminal also gets a table at the end.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.stand.database import REPOSITORY, Databases
from parvis.project.obstacle import Obstacle
from parvis.project.postgres.process import die_with_parent

_NOT_BENCHES = {"__init__", "__main__", "run"}
LIMIT = 600


def names() -> list[str]:
    """Return the name of every benchmark."""
    return sorted(path.stem for path in Path(__file__).parent.glob("*.py") if path.stem not in _NOT_BENCHES)


def _option(name: str, option: str, default: Any) -> Any:
    return getattr(importlib.import_module(f"bench.{name}"), option, default)


def main() -> None:
    """Measure all benchmarks, or those named. Ends with status 1 when a target is missed or one fails."""
    if sys.argv[1:2] == ["--alone"]:
        _alone(sys.argv[2])
        return
    wanted = sys.argv[1:] or [name for name in names() if not _option(name, "BY_NAME_ONLY", False)]
    if unknown := set(wanted) - set(names()):
        sys.exit(f"There is no benchmark called {', '.join(sorted(unknown))}. There are: {', '.join(names())}.")
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(130))
    rows: list[dict[str, Any]] = []
    failed: list[str] = []
    try:
        with Databases() as databases:
            for name in wanted:
                for row in _measured(databases, name, failed):
                    print(json.dumps(row, ensure_ascii=False), flush=True)
                    rows.append(row)
    except Obstacle as obstacle:
        sys.exit(str(obstacle))
    except KeyboardInterrupt:
        failed.append("interrupted")
    if sys.stdout.isatty():
        _table(rows)
    if failed:
        sys.exit(f"Did not end well: {', '.join(failed)}.")
    sys.exit(1 if any(row["met"] is False for row in rows) else 0)


def _measured(databases: Databases, name: str, failed: list[str]) -> Iterator[dict[str, Any]]:
    """Run one benchmark in its own process, ended when its time is up, and yield its rows."""
    needs, limit = _option(name, "NEEDS", "tables"), _option(name, "LIMIT", LIMIT)
    database = None if needs == "nothing" else databases.clone(needs, name)
    process = subprocess.Popen(
        [sys.executable, "-m", "bench", "--alone", name],
        cwd=REPOSITORY,
        env=databases.environment(database or "postgres"),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=die_with_parent(signal.SIGTERM),
    )
    clock = threading.Timer(limit, process.terminate)
    clock.start()
    try:
        assert process.stdout
        for line in process.stdout:
            if line.startswith('{"bench"'):
                yield json.loads(line)
            else:
                sys.stderr.write(line)
        if process.wait() != 0:
            failed.append(name if clock.is_alive() else f"{name} (more than {limit} s)")
    finally:
        clock.cancel()
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(20)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        if database:
            databases.drop(database)


def _alone(name: str) -> None:
    """In the benchmark's own process: make Django ready where it is needed, run, print."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # leave every `with`, so that servers stop
    module = importlib.import_module(f"bench.{name}")
    if _option(name, "NEEDS", "tables") != "nothing":
        import django

        django.setup()
    found = (getattr(module, "run", None) or module.rows)()
    for row in [found] if isinstance(found, dict) else found:
        print(json.dumps(row, ensure_ascii=False), flush=True)


def _table(rows: list[dict[str, Any]]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("what", "measured", "target", "met", "baseline", "ratio", "n")
    for row in rows:
        met = {True: "[green]yes[/]", False: "[red]no[/]", None: ""}[row["met"]]
        cells = [row["bench"], f"{row['value']:g} {row['unit']}", row["target"], met, row["baseline"], row["ratio"]]
        table.add_row(*("" if cell is None else str(cell) for cell in cells), str(row["n"]))
    Console().print(table)
