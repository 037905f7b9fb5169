"""The database part of the tests: one server a run, one migrated template, one clone a worker.

- `@pytest.mark.django_db` (or the fixture `db`): the test runs in a transaction of the **application
  role** that is rolled back at its end.
- `committed_db`: a fresh clone for one test that commits, runs threads or starts other processes. Its
  addresses are also in the environment (`DATABASE_URL`, `DATABASE_OWNER_URL`) for child processes.
- `owner_connection`: a psycopg connection as the owner, to set up or inspect what the application may not.

The server is the embedded PostgreSQL, that of `PARVIS_POSTGRES_BIN`, or, when `DATABASE_URL` and
`DATABASE_OWNER_URL` are set, the one they name (the owner needs CREATEDB there; only databases named
`parvis_test_…` and `parvis_template_…` are made and dropped). The migrated template is kept between
runs in `var/tests`, under a hash of everything that shapes the tables.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from itertools import count
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from parvis.project.obstacle import Obstacle
from parvis.project.postgres import Cluster, find_binaries
from parvis.project.postgres.obstacles import InUse
from parvis.project.postgres.roles import APP, OWNER, database_of, restrict, role_of, with_database

REPOSITORY = Path(__file__).resolve().parent.parent
FOLDER = REPOSITORY / "var" / "tests"
SERVER_VARIABLE = "PARVIS_TEST_SERVER"
_SLOTS = 12

_numbers = count(1)


@dataclass(frozen=True)
class Database:
    """One database of the test server, with its addresses as each role."""

    name: str
    url: str
    owner_url: str
    admin_url: str

    def environment(self) -> dict[str, str]:
        """What a child process needs to use this database."""
        return {"DATABASE_URL": self.url, "DATABASE_OWNER_URL": self.owner_url}


@dataclass(frozen=True)
class Server:
    """The server of this run: addresses of any of its databases, as application, owner and administrator."""

    app_url: str
    owner_url: str
    admin_url: str
    folder: str
    schema: str
    """The hash of what shapes the tables, taken once: files saved during a run change nothing in it."""
    binaries: str = ""
    """The folder of PostgreSQL's programs when the server is ours alone, else empty."""

    def database(self, name: str) -> Database:
        """The database called `name`, existing or not."""
        urls = (with_database(url, name) for url in (self.app_url, self.owner_url, self.admin_url))
        return Database(name, *urls)

    @contextmanager
    def administrator(self) -> Iterator[psycopg.Connection]:
        """A connection that may make and drop databases, each statement committed at once."""
        with psycopg.connect(self.admin_url, autocommit=True) as connection:
            yield connection

    def template(self) -> str:
        """The name of the migrated template, migrated now if the tables changed since it was made."""
        key = self.schema
        name = f"parvis_template_{key}"
        with _locked(Path(self.folder) / "template.lock"), self.administrator() as connection:
            existing = {
                row[0]
                for row in connection.execute(
                    "SELECT datname FROM pg_database WHERE datname LIKE 'parvis\\_template\\_%'"
                )
            }
            if name not in existing:
                for old in existing if self.binaries else ():  # on a shared server others may use theirs
                    self._drop(connection, old)
                building = self.database(f"parvis_test_building_{key}")
                self._drop(connection, building.name)
                self._create(connection, building.name, "template0")
                self._fill(building, key)
                connection.execute(
                    sql.SQL("ALTER DATABASE {} RENAME TO {}").format(
                        sql.Identifier(building.name), sql.Identifier(name)
                    )
                )
        return name

    def _fill(self, building: Database, key: str) -> None:
        """Migrate a new template, or copy what another run on this machine migrated (1 s instead of 20)."""
        if not self.binaries:
            _migrate(building)
            return
        dumps = FOLDER / "migrated"
        dumps.mkdir(parents=True, exist_ok=True)
        major = Path(self.folder).name.split("-")[1]
        dump = dumps / f"postgresql-{major}-{key}.dump"
        with _locked(dumps / f"postgresql-{major}.lock"):
            if dump.exists():
                self._program("pg_restore", "--exit-on-error", f"--dbname={building.admin_url}", str(dump))
                return
            _migrate(building)
            for old in dumps.glob(f"postgresql-{major}-*.dump"):
                old.unlink()
            fresh = dump.with_suffix(".new")
            self._program("pg_dump", "--format=custom", "--compress=0", f"--file={fresh}", building.admin_url)
            fresh.rename(dump)

    def _program(self, name: str, *arguments: str) -> None:
        subprocess.run([str(Path(self.binaries) / name), *arguments], check=True, stdin=subprocess.DEVNULL)

    def clone(self, label: str) -> Database:
        """A new copy of the migrated template, for whoever `label` names. It takes about 0.1 s."""
        template = self.template()
        name = f"parvis_test_{label}_{os.getpid()}_{next(_numbers)}"
        with self.administrator() as connection:
            self._create(connection, name, template)
        return self.database(name)

    def drop(self, database: Database) -> None:
        """Delete a clone, ending whatever is still connected to it."""
        with self.administrator() as connection:
            self._drop(connection, database.name)

    def _create(self, connection: psycopg.Connection, name: str, template: str) -> None:
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {} {}").format(
                sql.Identifier(name),
                sql.Identifier(template),
                sql.Identifier(role_of(self.owner_url) or OWNER),
                # Where nothing is flushed to the disk, copying files is the quickest: 0.04 s.
                sql.SQL("STRATEGY file_copy" if self.binaries else ""),
            )
        )
        # PostgreSQL does not copy a database's own privileges to its clones.
        restrict(connection, name, role_of(self.app_url) or APP)

    @staticmethod
    def _drop(connection: psycopg.Connection, name: str) -> None:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def drop_leftovers(self) -> None:
        """Delete the clones of runs that were killed. Only on a server nobody else uses."""
        with self.administrator() as connection:
            rows = connection.execute("SELECT datname FROM pg_database WHERE datname LIKE 'parvis\\_test\\_%'")
            for (name,) in rows.fetchall():
                self._drop(connection, name)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """One process at a time: the first migrates, the others wait for it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _migrate(database: Database) -> None:
    """Run `parvis migrate` on a new database, exactly as an installation does."""
    done = subprocess.run(
        [sys.executable, "-m", "parvis.project.cli", "--debug", "migrate"],
        env={**os.environ, **database.environment()},
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        pytest.exit(f"The test database could not be migrated:\n{done.stdout}\n{done.stderr}", 1)


def schema_hash() -> str:
    """A short hash of every file that shapes the tables: models, migrations, tenancy, locked versions."""
    digest = hashlib.sha256()
    source = REPOSITORY / "src" / "parvis"
    files = [
        path
        for path in source.rglob("*")
        if path.suffix in {".py", ".sql"}
        and "tests" not in path.parts
        and (
            "migrations" in path.parts
            or path.stem in {"models", "fields", "guard", "guards", "settings"}
            or path.parent.name in {"models", "tenancy"}
            or path.suffix == ".sql"
        )
    ]
    for path in [*sorted(files), REPOSITORY / "requirements" / "base.txt"]:
        digest.update(str(path.relative_to(REPOSITORY)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


# -- the server of the run ---------------------------------------------------------------------------


class _Run:
    """The server of this run, started by the first who needs it, stopped by the one who started it."""

    def __init__(self) -> None:
        self._cluster: Cluster | None = None

    def server(self) -> Server:
        """The server's addresses, from the run's first process when this is one of its workers."""
        if SERVER_VARIABLE not in os.environ:
            os.environ[SERVER_VARIABLE] = json.dumps(asdict(self._external() or self._embedded()))
        return Server(**json.loads(os.environ[SERVER_VARIABLE]))

    @staticmethod
    def _external() -> Server | None:
        app, owner = os.environ.get("DATABASE_URL"), os.environ.get("DATABASE_OWNER_URL")
        if not app or not owner:
            return None
        return Server(app, owner, owner, str(FOLDER / "external"), schema_hash())

    def _embedded(self) -> Server:
        """A cluster of this run alone: runs side by side each take the first free slot, which keeps its template."""
        binaries = find_binaries()
        for slot in range(_SLOTS):
            folder = FOLDER / f"postgresql-{binaries.major}-{slot}"
            cluster = Cluster(folder, binaries=binaries, durable=False)
            try:
                cluster.start()
            except InUse:
                continue
            self._cluster = cluster
            server = Server(
                cluster.app_url,
                cluster.owner_url,
                cluster.url("postgres"),
                str(folder),
                schema_hash(),
                str(cluster.binaries.folder),
            )
            server.drop_leftovers()
            return server
        raise Obstacle(f"{_SLOTS} test runs are already under way.", "Wait until one ends.")

    def stop(self) -> None:
        """Stop the server if this process started it."""
        if self._cluster is not None:
            self._cluster.stop()
            self._cluster = None
            os.environ.pop(SERVER_VARIABLE, None)


_run = _Run()


def pytest_sessionstart(session: pytest.Session) -> None:
    """With workers, start the server before they do, so that they share it."""
    config = session.config
    parallel = getattr(config.option, "numprocesses", None)
    if parallel and not hasattr(config, "workerinput") and not config.option.collectonly:
        try:
            _run.server()
        except Obstacle as obstacle:
            pytest.exit(str(obstacle), 1)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave no process behind."""
    _run.stop()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuse what the application role cannot do, and mark what needs a database (`-m django_db` selects it)."""
    for item in items:
        for mark in item.iter_markers("django_db"):
            if mark.kwargs.get("transaction") or (mark.args and mark.args[0]):
                raise pytest.UsageError(
                    f"{item.nodeid}: the application role cannot truncate tables; use the fixture committed_db."
                )
        if (
            {"committed_db", "test_server", "owner_connection"} & set(getattr(item, "fixturenames", ()))
            or item.get_closest_marker("django_db")
            or "db" in getattr(item, "fixturenames", ())
        ):
            item.add_marker("needs_postgres")


# -- Django on a database ----------------------------------------------------------------------------


def point_django_at(database: Database) -> None:
    """Make Django, and every process started from here, use `database` as the application role."""
    import dj_database_url
    from django.contrib.contenttypes.models import ContentType
    from django.db import connections

    connections.close_all()
    ContentType.objects.clear_cache()  # another database has other numbers
    wanted = dj_database_url.parse(database.url)
    current = connections.settings["default"]
    options = {name: value for name, value in current.get("OPTIONS", {}).items() if name not in ("host", "pool")}
    current.update({name: wanted.get(name, "") for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT")})
    current["OPTIONS"] = {**options, **wanted.get("OPTIONS", {})}
    current["CONN_MAX_AGE"] = 0
    os.environ.update(database.environment())


@pytest.fixture(scope="session")
def test_server() -> Server:
    """The PostgreSQL server of this run. Tests that make databases of their own use its methods."""
    try:
        return _run.server()
    except Obstacle as obstacle:
        pytest.exit(str(obstacle), 1)


@pytest.fixture(scope="session")
def worker_database(test_server: Server) -> Iterator[Database]:
    """This worker's own clone, for tests that roll back."""
    database = test_server.clone(os.environ.get("PYTEST_XDIST_WORKER", "main"))
    yield database
    test_server.drop(database)


@pytest.fixture(scope="session")
def django_db_setup(worker_database: Database, django_db_blocker: object) -> Iterator[None]:
    """Replaces pytest-django's: no database is created, Django is shown this worker's clone."""
    from django.db import connections

    point_django_at(worker_database)
    yield
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        connections.close_all()


@pytest.fixture
def committed_db(
    request: pytest.FixtureRequest,
    test_server: Server,
    django_db_setup: None,
    worker_database: Database,
    django_db_blocker: object,
) -> Iterator[Database]:
    """A fresh clone for one test that commits. Not together with `db` or `django_db`."""
    from django.db import connections

    if "db" in request.fixturenames or request.node.get_closest_marker("django_db"):
        raise pytest.UsageError("A test is either rolled back (django_db) or committed (committed_db), not both.")
    database = test_server.clone("committed")
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        point_django_at(database)
        try:
            yield database
        finally:
            point_django_at(worker_database)
            connections.close_all()
            test_server.drop(database)


@pytest.fixture
def owner_connection(request: pytest.FixtureRequest) -> Iterator[psycopg.Connection]:
    """The owner's connection to the database the test uses.

    With `committed_db` each statement is committed at once. Otherwise everything is rolled back at the
    end, and Django's own connection does not see it: good for catalogues and constraints.
    """
    committed = "committed_db" in request.fixturenames
    database: Database = request.getfixturevalue("committed_db" if committed else "worker_database")
    with psycopg.connect(database.owner_url, autocommit=committed) as connection:
        yield connection
        if not committed:
            connection.rollback()


@pytest.fixture
def transactional_db() -> None:
    """Refused: it empties tables, which the application role cannot."""
    raise pytest.UsageError("Use the fixture committed_db: the application role cannot empty tables.")


__all__ = ["Database", "Server", "database_of", "point_django_at", "schema_hash"]
