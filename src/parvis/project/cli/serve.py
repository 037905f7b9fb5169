"""`parvis serve`: the web server, one worker a core, connections kept open."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from parvis.project.cli.environment import LocalDatabase
from parvis.project.processes.addresses import require_free, require_private

if TYPE_CHECKING:
    from parvis.project.processes.renewing import RenewingServer

_SECONDS_TO_FINISH = 10
_SECONDS_FOR_HEADERS = 15
_HEADER_BYTES = 64 * 1024
_SECONDS_FOR_THE_PORT = 5.0
_CONNECTIONS = 1000
"""Connections at a time, each process: those beyond wait to be accepted."""


@click.command()
@click.option("--host", default="127.0.0.1", envvar="PARVIS_HOST", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, envvar="PORT", show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", type=click.IntRange(1, 64), help="Processes.  [default: one a core]")
@click.option("--threads", default=4, show_default=True, type=click.IntRange(1, 64), help="Requests at a time, each.")
def serve(host: str, port: int, workers: int | None, threads: int) -> None:
    """Run the web server. SIGTERM and Ctrl-C let running requests finish; SIGHUP renews the workers."""
    if os.environ.get("PARVIS_DEMO") == "1":
        require_private(host)
    require_free(host, port, patience=_SECONDS_FOR_THE_PORT)
    database = LocalDatabase.for_this_process()
    with database.opened(serving=True):
        _serve(host, port, workers or len(os.sched_getaffinity(0)), threads)


def _serve(host: str, port: int, workers: int, threads: int) -> None:
    server = web_server(host, port, workers)
    server.serve(target_loader=_Loader(os.getpid(), threads, server.marks), wrap_loader=False)


def web_server(host: str, port: int, workers: int) -> RenewingServer:
    """Return the web server, not yet started: `workers` processes, each with an application behind a `Front`."""
    from granian.constants import HTTPModes, Interfaces
    from granian.http import HTTP1Settings

    from parvis.project.processes.renewing import RenewingServer, make_marks

    server = RenewingServer(
        "parvis.project.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.RSGI,
        http=HTTPModes.http1,
        workers=workers,
        backlog=1024,
        backpressure=_CONNECTIONS,
        websockets=False,
        # The first also ends a kept connection on which nothing more comes.
        http1_settings=HTTP1Settings(header_read_timeout=_SECONDS_FOR_HEADERS * 1000, max_buffer_size=_HEADER_BYTES),
        respawn_failed_workers=True,
        workers_kill_timeout=_SECONDS_TO_FINISH,
        log_access=False,
    )
    server.marks = make_marks()
    return server


class _Loader:
    """Loads the application in a worker, which then ends with the server whatever ends the server."""

    def __init__(self, server: int, threads: int, marks: Path) -> None:
        self._server = server
        self._threads = threads
        self._marks = marks

    def __call__(self) -> Any:
        from parvis.project.postgres.process import die_with_process

        die_with_process(self._server, signal.SIGTERM)
        from django.conf import settings

        from parvis.project.front import Front, Limits
        from parvis.project.wsgi import application

        front = Front(application, threads=self._threads, limits=Limits(body=settings.REQUEST_MAX_BYTES))
        (self._marks / str(os.getpid())).touch()
        return front
