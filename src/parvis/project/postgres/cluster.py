"""One PostgreSQL cluster, supervised: made when missing, recovered after a crash, stopped with its program."""

from __future__ import annotations

import contextlib
import fcntl
import locale
import os
import pwd
import shutil
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import psycopg

from parvis.project.obstacle import Obstacle
from parvis.project.postgres import obstacles
from parvis.project.postgres.binaries import Binaries, find_binaries
from parvis.project.postgres.place import Place
from parvis.project.postgres.process import PidFile, spawn_as, stop_pid
from parvis.project.postgres.roles import APP, OWNER, provision, socket_url

SUPERUSER = "postgres"

SETTINGS: Mapping[str, str] = {
    "listen_addresses": "",
    "max_connections": "60",
    "shared_buffers": "96MB",
    "effective_cache_size": "1GB",
    "work_mem": "8MB",
    "maintenance_work_mem": "64MB",
    "random_page_cost": "1.1",
    "jit": "off",
    "max_wal_size": "1GB",
    "min_wal_size": "80MB",
    "checkpoint_timeout": "15min",
    "wal_compression": "on",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "idle_in_transaction_session_timeout": "10min",
}
"""For one machine shared with the web server: small when idle, quick on a solid-state disk, durable."""

NOT_DURABLE: Mapping[str, str] = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
    "max_connections": "200",  # the workers of a run share it, each with houses and processes of its own
}
"""On top, for throw-away databases of tests. Never where somebody would lose something."""

_NEEDED_BYTES = 300 * 1024 * 1024
_LOG_BYTES = 10 * 1024 * 1024


class Cluster:
    """A PostgreSQL server whose files live in `folder`, run by this program for as long as it is open.

    Use it as a context manager, or call `start()` and `stop()`. A server left behind by a program that
    was killed is stopped first, and PostgreSQL replays its log: nothing committed is lost. When root
    starts it, the server runs as an unprivileged user. Every method that can meet an obstacle raises
    `Obstacle`, one sentence with what to do.
    """

    def __init__(
        self,
        folder: Path,
        *,
        database: str = "parvis",
        binaries: Binaries | None = None,
        durable: bool = True,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        self.database = database
        self.binaries = binaries or find_binaries()  # first: without programs, no folder is made
        self.place = Place.prepare(folder)
        if not self.place.user.can_enter(self.binaries.folder):
            self.binaries = self.binaries.copied_below(self.place.root)
        self._settings = {**SETTINGS, **({} if durable else NOT_DURABLE), **(settings or {})}
        self._durable = durable
        self._process: subprocess.Popen[bytes] | None = None
        self._lock: IO[str] | None = None
        self._socket_folder = str(self.place.socket_folder())

    # -- addresses ---------------------------------------------------------------------------------

    def url(self, role: str = APP, database: str | None = None) -> str:
        """The address of a database of this cluster, as `role` (the application's by default)."""
        return socket_url(role, database or self.database, self._socket_folder)

    @property
    def app_url(self) -> str:
        """For `DATABASE_URL`."""
        return self.url(APP)

    @property
    def owner_url(self) -> str:
        """For `DATABASE_OWNER_URL`."""
        return self.url(OWNER)

    @property
    def pid(self) -> int | None:
        """The number of the server's process, or None when it does not run."""
        return self._process.pid if self.is_alive() and self._process else None

    def is_alive(self) -> bool:
        """Whether the server this object started is still running."""
        return self._process is not None and self._process.poll() is None

    # -- life --------------------------------------------------------------------------------------

    def start(self, *, patience: float = 60.0) -> Self:
        """Start the server and wait until it answers, making the cluster, the roles and the database if missing.

        `patience` is in seconds: after a crash the server first replays its log.
        """
        if self.is_alive():
            return self
        self._take_lock()
        try:
            self._check_room()
            if not (self.place.data / "PG_VERSION").exists():
                self._make()
            self._check_version()
            self.place.data.chmod(0o700)  # PostgreSQL refuses what a `chmod -R` over the clone has opened
            self._stop_leftover()
            self._write_access()
            self._launch_after_crash(patience)
            with self.connect() as connection:
                provision(connection, self.database)
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """Stop the server (open transactions are rolled back) and let others use its files. Safe to call twice."""
        if self._process is not None:
            process = self._process
            stop_pid(process.pid, lambda: process.poll() is not None)
            self._process = None
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def remove(self) -> None:
        """Stop the server and delete all its files."""
        self.stop()
        self._take_lock()
        self._stop_leftover()
        self.place.remove()
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def connect(self, database: str = "postgres") -> psycopg.Connection:
        """A connection as the cluster's superuser, each statement committed at once."""
        return psycopg.connect(self.url(SUPERUSER, database), autocommit=True)

    def log_tail(self, lines: int = 20) -> list[str]:
        """The last lines the server wrote."""
        try:
            return self.place.log.read_text(errors="replace").splitlines()[-lines:]
        except OSError:
            return []

    # -- steps -------------------------------------------------------------------------------------

    def _take_lock(self) -> None:
        if self._lock is not None:
            return
        lock = self.place.lock.open("a+")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.seek(0)
            holder = lock.read().strip() or "unknown"
            lock.close()
            raise obstacles.in_use(self.place.wanted, holder) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        self._lock = lock

    def _check_room(self) -> None:
        free = shutil.disk_usage(self.place.root).free
        if free < _NEEDED_BYTES:
            raise obstacles.disk_full(self.place.root, free)

    def _check_version(self) -> None:
        made_by = (self.place.data / "PG_VERSION").read_text().strip()
        if made_by != str(self.binaries.major):
            raise obstacles.other_version(self.place.data, made_by, self.binaries.version)

    def _environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "TZ", "LD_LIBRARY_PATH") if name in os.environ}
        return {**kept, "LC_ALL": _utf8_ctype() or "C", "HOME": str(self.place.root)}

    def _make(self) -> None:
        """Run initdb beside the data folder, and rename when complete: an interrupted one leaves no half cluster."""
        fresh = self.place.root / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        self.place.own(fresh)
        command = [
            self.binaries.program("initdb"),
            f"--pgdata={fresh}",
            f"--username={SUPERUSER}",
            "--auth=peer",
            "--encoding=UTF8",
            "--data-checksums",
            "--no-instructions",
            *_locale_options(self.binaries.major),
            *([] if self._durable else ["--no-sync"]),
        ]
        process = spawn_as(
            self.place.user,
            command,
            output=subprocess.PIPE,
            folder=self.place.root,
            environment=self._environment(),
        )
        said = process.communicate()[0].decode(errors="replace")
        if process.returncode != 0:
            shutil.rmtree(fresh, ignore_errors=True)
            raise obstacles.from_log(said.splitlines(), self.place, "could not be prepared")
        fresh.rename(self.place.data)

    def _stop_leftover(self) -> None:
        """Stop a server whose supervisor was killed, and forget the lock files that name no server.

        PostgreSQL itself takes any living process of that number for the server, even one that has
        ended but that no parent has buried yet, as happens in containers.
        """
        data = self.place.data
        left = PidFile.read(data)
        if left is not None and left.is_server_of(data) and not stop_pid(left.pid, lambda: not left.is_server_of(data)):
            raise Obstacle(
                f"A PostgreSQL server left behind (process {left.pid}) still uses {data} and does not stop.",
                f"End it with `kill -9 {left.pid}` and try again.",
            )
        for lock in (data / "postmaster.pid", *Path(self._socket_folder).glob(".s.PGSQL.*")):
            lock.unlink(missing_ok=True)

    def _write_access(self) -> None:
        """Only the user of this program, and root, may connect: over the socket, as one of the three roles."""
        data = self.place.data
        callers = {pwd.getpwuid(os.geteuid()).pw_name, "root"}
        if not self.place.user.other_than_caller:
            callers.add(self.place.user.name)
        lines = [f'parvis "{caller}" {role}\n' for caller in sorted(callers) for role in (SUPERUSER, OWNER, APP)]
        self._write(data / "pg_ident.conf", "".join(lines))
        self._write(data / "pg_hba.conf", "local all all peer map=parvis\n")

    def _write(self, path: Path, text: str) -> None:
        path.write_text(text)
        path.chmod(0o600)
        if self.place.user.other_than_caller:
            os.chown(path, self.place.user.uid, self.place.user.gid)

    def _launch_after_crash(self, patience: float) -> None:
        """Launch, again if need be: a killed server's children hold its shared memory for a moment longer."""
        deadline = time.monotonic() + 10
        while True:
            try:
                return self._launch(patience)
            except obstacles.StillEnding:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)

    def _launch(self, patience: float) -> None:
        with contextlib.suppress(OSError):
            if self.place.log.stat().st_size > _LOG_BYTES:
                self.place.log.replace(self.place.log.with_suffix(".log.1"))
        options = [f"--{name.replace('_', '-')}={value}" for name, value in self._settings.items()]
        command = [self.binaries.program("postgres"), "-D", str(self.place.data), "-k", self._socket_folder, *options]
        with self.place.log.open("ab") as log:
            start = log.tell()
            self._process = spawn_as(
                self.place.user, command, output=log, folder=self.place.root, environment=self._environment()
            )
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                with self.place.log.open("rb") as log:
                    log.seek(start)
                    said = log.read().decode(errors="replace").splitlines()
                raise obstacles.from_log(said, self.place, "does not start")
            told = PidFile.read(self.place.data)
            if told is not None and told.pid == self._process.pid and told.state == "ready":
                return
            time.sleep(0.01)
        raise Obstacle(f"PostgreSQL did not get ready within {patience:.0f} seconds.", f"Its log is {self.place.log}.")


def _utf8_ctype() -> str | None:
    """A locale of this system whose character classes cover accented letters, or None."""
    before = locale.setlocale(locale.LC_CTYPE)
    try:
        for name in ("C.UTF-8", "C.utf8", "en_US.UTF-8", "fr_CA.UTF-8", "UTF-8"):
            with contextlib.suppress(locale.Error):
                locale.setlocale(locale.LC_CTYPE, name)
                return name
    finally:
        locale.setlocale(locale.LC_CTYPE, before)
    return None


def _locale_options(major: int) -> list[str]:
    """Compare by code point, fold case in every alphabet; PostgreSQL's own rules where it has them."""
    ctype = _utf8_ctype()
    options = ["--lc-collate=C", f"--lc-ctype={ctype or 'C'}", "--lc-messages=C"]
    if major >= 17:
        options += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    return options
