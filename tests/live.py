"""The house as it runs: a web server and a worker on a database of their own, with a small demo region.

`live` (once for each process of a run) answers on a free port of this machine. The region is loaded once and kept as a
template under a hash of everything it is made from; each run works on a clone, so that tests may commit what they like.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import httpx
import psycopg
import pytest
from psycopg import sql

from tests.database import REPOSITORY, SERVER_VARIABLE, Database, Server, _locked

POPULATION = 700
"""The smallest region: seven municipalities, all the demo people, a few hundred reports."""
MANY = 200
"""A run of so many tests has others to begin with while the region is loaded."""
SECONDS_TO_START = 120
_SOURCE = REPOSITORY / "src" / "parvis"
_PARVIS = [sys.executable, "-m", "parvis.project.cli"]
_DICE = random.SystemRandom()


@dataclass
class Live:
    """A running house. `url` has no slash at its end; `database` is for looking behind the scenes."""

    url: str
    database: Database
    var: Path
    environment: dict[str, str]
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def rows(self, query: str, *values: object) -> list[tuple]:
        """What the owner of the tables reads, each time from a connection of its own."""
        with psycopg.connect(self.database.admin_url, autocommit=True) as connection:
            return connection.execute(query, values).fetchall()  # type: ignore[arg-type]

    def value(self, query: str, *values: object) -> object:
        """The first column of the first row, or None."""
        rows = self.rows(query, *values)
        return rows[0][0] if rows else None

    def until(self, query: str, *values: object, seconds: float = 90.0) -> object:
        """Wait until the query's first value is true, and return it: what the worker does takes a moment."""
        deadline = time.monotonic() + seconds
        while not (found := self.value(query, *values)):
            assert time.monotonic() < deadline, (
                f"this did not happen in {seconds:.0f} s: {query} {values}\n{self.log('worker')[-2000:]}"
            )
            time.sleep(0.1)
        return found

    def rested(self, seconds: float = 120.0) -> None:
        """Wait until no job is waiting or running."""
        query = (
            "SELECT count(*) = 0 FROM procrastinate_jobs WHERE status IN ('todo', 'doing') "
            "AND (scheduled_at IS NULL OR scheduled_at <= now())"
        )
        self.until(query, seconds=seconds)

    def log(self, name: str) -> str:
        """What a process (`web`, `worker`) wrote."""
        return (self.var / f"{name}.log").read_text(errors="replace")

    def start(self, name: str, *arguments: str) -> subprocess.Popen[bytes]:
        """Start a `parvis` command with this house's environment; it ends with the house."""
        with (self.var / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                [*_PARVIS, *arguments],
                env=self.environment,
                cwd=REPOSITORY,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.processes.append(process)
        return process

    def stop(self) -> None:
        """End every process of the house, gently first."""
        for process in self.processes:
            if process.poll() is None:
                process.terminate()
        for process in self.processes:
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        self.processes.clear()


def free_port() -> int:
    """A port of this machine that nobody listens on; the system gives nobody any of these by itself."""
    while True:
        with socket.socket() as asked, suppress(OSError):
            asked.bind(("127.0.0.1", _DICE.randrange(20_000, 32_000)))
            return int(asked.getsockname()[1])


@contextmanager
def running(database: Database, *, media: Path | None = None, static: Path | None = None) -> Iterator[Live]:
    """A web server and a worker on `database`, stopped at the end of the block."""
    var = Path(tempfile.mkdtemp(prefix="parvis-live-"))
    port = free_port()
    url = f"http://localhost:{port}"
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    environment |= database.environment()
    environment |= {
        "PARVIS_DEMO": "1",
        "PARVIS_VAR": str(var),
        "PARVIS_PUBLIC_URL": url,
        "PARVIS_OUTBOUND_NETWORKS": "127.0.0.0/8, ::1/128",  # two towns of this very house speak to each other
        "PORT": str(port),
        "PYTHONPATH": os.pathsep.join([str(REPOSITORY / "src"), os.environ.get("PYTHONPATH", "")]),
        "PYTHONUNBUFFERED": "1",
    }
    house = Live(url, database, var, environment)
    try:
        if static is not None:
            (var / "static").symlink_to(static)
        if media is not None and media.is_dir():
            shutil.copytree(media, var / "media")
            shutil.copy(media.with_name("secrets.key"), var)  # it opens what the region has sealed: keys of cards
        house.start("web", "serve", "--port", str(port), "--workers", "1", "--threads", "4")
        house.start("worker", "worker", "--concurrency", "2")
        _wait_for(house)
        yield house
    finally:
        house.stop()
        shutil.rmtree(var, ignore_errors=True)


def _wait_for(house: Live) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while True:
        try:
            if httpx.get(f"{house.url}/readyz", timeout=5).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        if house.processes[0].poll() is not None or time.monotonic() > deadline:
            pytest.fail(f"The web server did not start:\n{house.log('web')[-3000:]}")
        time.sleep(0.1)


# -- the small region, loaded once --------------------------------------------------------------------


def _hash_of(digest: hashlib._Hash, files: Iterable[Path]) -> str:
    """A short hash of files' names and contents, added to `digest`."""
    for path in sorted(files):
        digest.update(str(path.relative_to(_SOURCE)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def region_hash() -> str:
    """A short hash of everything the region is made from, and of the day: its stories end today."""
    kinds = {".py", ".json", ".sql", ".html", ".txt"}
    files = (path for path in _SOURCE.rglob("*") if path.suffix in kinds and not {"tests", "static"} & {*path.parts})
    return _hash_of(hashlib.sha256(datetime.now(UTC).date().isoformat().encode()), files)


def static_hash() -> str:
    """A short hash of every file that is served as it is: the front end may be built again, the region stays."""
    files = (path for path in _SOURCE.glob("**/static/**/*") if path.is_file())
    return _hash_of(hashlib.sha256(), files)


@dataclass(frozen=True)
class Region:
    """The loaded template: name of its database, folder of its files, folder of the gathered static files."""

    template: str
    media: Path
    static: Path


A_DAY = 24 * 3600


def demo_region(server: Server) -> Region:
    """The small region on this server, loaded now if anything it is made from has changed."""
    key = region_hash()
    name = f"parvis_template_demo_{key}"
    kept = Path(server.folder).parent / f"{Path(server.folder).name}-demo"
    region = Region(name, kept / f"region-{key}" / "media", kept / f"assets-{static_hash()}" / "static")
    server.template()  # first: making it anew drops every older template
    with _locked(kept / "demo.lock"), server.administrator() as connection:
        if not region.static.is_dir():
            for old_files in kept.glob("assets-*/"):
                if time.time() - old_files.stat().st_mtime > A_DAY:  # a house of this run may be serving younger ones
                    shutil.rmtree(old_files, ignore_errors=True)
            _parvis(server.database(server.template()), region.static.parent, "assets")
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
        if found and region.media.is_dir():
            return region
        for (old,) in connection.execute(
            "SELECT datname FROM pg_database WHERE datname LIKE 'parvis\\_template\\_demo\\_%'"
        ).fetchall():
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(old)))
        for old_files in kept.glob("region-*/"):
            shutil.rmtree(old_files, ignore_errors=True)
        region.media.mkdir(parents=True)
        building = server.clone("demo")
        _parvis(building, region.media.parent, "demo-load", "--population", str(POPULATION))
        connection.execute(
            sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(building.name), sql.Identifier(name))
        )
    return region


def _parvis(database: Database, var: Path, *arguments: str) -> None:
    """Run a `parvis` command to its end, with its files in `var`."""
    environment = {**os.environ, **database.environment(), "PARVIS_DEMO": "1", "PARVIS_VAR": str(var)}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    done = subprocess.run(
        [*_PARVIS, *arguments], env=environment, cwd=REPOSITORY, capture_output=True, text=True, check=False
    )
    if done.returncode:
        pytest.fail(f"parvis {arguments[0]} failed:\n{done.stdout[-1500:]}\n{done.stderr[-3000:]}")


@contextmanager
def clone_of(server: Server, region: Region) -> Iterator[Database]:
    """A copy of the loaded region, dropped at the end of the block."""
    database = server.database(f"parvis_test_live_{os.getpid()}_{int(time.monotonic() * 1000)}")
    with server.administrator() as connection:
        server._create(connection, database.name, region.template)
    yield database
    server.drop(database)


def pytest_collection_finish(session: pytest.Session) -> None:
    """With workers, the first loads the region while all begin with other tests: nobody waits with idle hands."""
    if os.environ.get("PYTEST_XDIST_WORKER") != "gw0" or len(session.items) < MANY:
        return
    if any("live" in getattr(item, "fixturenames", ()) for item in session.items):
        threading.Thread(target=_load_ahead, daemon=True).start()


def _load_ahead() -> None:
    with suppress(Exception, pytest.fail.Exception):  # `live` tries again, and says what is wrong
        demo_region(Server(**json.loads(os.environ[SERVER_VARIABLE])))


@pytest.fixture(scope="session")
def live(test_server: Server) -> Iterator[Live]:
    """The house with its small region, running."""
    region = demo_region(test_server)
    with (
        clone_of(test_server, region) as database,
        running(database, media=region.media, static=region.static) as house,
    ):
        yield house


__all__ = ["Live", "demo_region", "live", "running"]
