"""`parvis worker`: background work, until told to stop."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import click

from parvis.project.cli.environment import LocalDatabase

_POLITENESS = 10
"""How far the worker stands back (nice) where it shares processors with the web server: somebody waits for a page."""

_CONNECTION_SECONDS = 60
"""How long a job's connection is kept: PostgreSQL gives back what it took for heavy work when its connection ends."""


@click.command()
@click.option("--concurrency", default=4, show_default=True, type=click.IntRange(1, 64), help="Jobs at a time.")
@click.option("--queue", "queues", multiple=True, help="Only this queue (may be repeated).")
@click.option("--until-idle", is_flag=True, help="End when no job is waiting.")
def worker(concurrency: int, queues: tuple[str, ...], until_idle: bool) -> None:
    """Run the background worker. Ctrl-C or SIGTERM lets running jobs finish."""
    database = LocalDatabase.for_this_process()
    with database.opened(serving=True):
        database.set_up_django()
        from django.db import connection

        from parvis.core.tasks.worker import run_worker

        connection.settings_dict["CONN_MAX_AGE"] = _CONNECTION_SECONDS  # of every thread: they share the dictionary
        _stand_back()
        run_worker(concurrency=concurrency, wait=not until_idle, queues=list(queues) or None)


def _stand_back() -> None:
    """Leave the processors to the web server and the database where they are wanted.

    Linux shares them between sessions first (sched(7), autogroup): inside a session of its own a nice process gives way
    to nobody, unless the session does.
    """
    os.nice(_POLITENESS)
    if os.getsid(0) == os.getpid():
        with suppress(OSError):  # another system, or a kernel without such groups
            Path("/proc/self/autogroup").write_text(str(_POLITENESS))
