"""`parvis migrate` brings the database of each earlier release to this one, with every row."""

import difflib
import lzma
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.db import connections, transaction
from django.test import Client
from psycopg import sql

from parvis.core.tenancy.models import Territory
from parvis.core.tenancy.sync import is_synchronised
from parvis.core.territories.archive.writing import write_archive
from parvis.lib.actor import Actor
from tests.database import Database, Server, point_django_at

pytestmark = [pytest.mark.process, pytest.mark.needs_postgres, pytest.mark.slow]

RELEASES = sorted(Path(__file__).parent.glob("*.sql.xz"))
OURS_TO_REWRITE = {"parvis.applied", "public.django_content_type", "public.auth_permission"}


@pytest.fixture(params=RELEASES, ids=lambda path: path.name.removesuffix(".sql.xz"))
def former(request: pytest.FixtureRequest, test_server: Server) -> Iterator[Database]:
    """The database that a release left."""
    if not test_server.binaries:
        pytest.skip("PostgreSQL's own programs are needed, and the server of this run is somebody else's")
    database = test_server.database(f"parvis_test_former_{os.getpid()}")
    with test_server.administrator() as connection:
        test_server._create(connection, database.name, "template0")
    load(test_server, database, lzma.decompress(request.param.read_bytes()).decode())
    yield database
    test_server.drop(database)


def counts(database: Database) -> dict[str, int]:
    """How many rows each table has."""
    with psycopg.connect(database.owner_url) as connection:
        tables = connection.execute(
            "SELECT schemaname, tablename FROM pg_tables WHERE schemaname IN ('public', 'parvis')"
        ).fetchall()
        return {
            f"{schema}.{table}": connection.execute(
                sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(schema, table))
            ).fetchone()[0]  # type: ignore[index]
            for schema, table in tables
        }


def structure(server: Server, database: Database) -> list[str]:
    """The tables, policies, functions and grants, as SQL.

    Read twice: PostgreSQL writes an expression otherwise once it has been dumped and loaded.
    """
    again = server.database(f"parvis_test_settled_{os.getpid()}")
    with server.administrator() as connection:
        server._create(connection, again.name, "template0")
    try:
        load(server, again, dump(server, database))
        return dump(server, again).splitlines()
    finally:
        server.drop(again)


def dump(server: Server, database: Database) -> str:
    """The structure of a database, as SQL."""
    command = [f"{server.binaries}/pg_dump", "--schema-only", "--no-owner", database.owner_url]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return "\n".join(line for line in text.splitlines() if not line.startswith(("\\", "--", "SET transaction_timeout")))


def load(server: Server, database: Database, text: str) -> None:
    """Run SQL as the owner, all or nothing."""
    command = [f"{server.binaries}/psql", "-q", "-v", "ON_ERROR_STOP=1", "--single-transaction", database.owner_url]
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]


def test_a_release_is_kept() -> None:
    assert RELEASES, "run `python tools/snapshot.py` at each release"


def test_its_database_becomes_this_one_with_every_row(
    former: Database, test_server: Server, django_db_blocker: object, worker_database: Database, tmp_path: Path
) -> None:
    before = counts(former)
    assert before["public.issues_issue"] == 3
    done = subprocess.run(
        [sys.executable, "-m", "parvis.project.cli", "migrate"],
        env={**os.environ, **former.environment(), "PARVIS_VAR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr

    after = counts(former)
    lost = {table: n for table, n in before.items() if table not in OURS_TO_REWRITE and after.get(table, n) < n}
    assert not lost
    difference = list(difflib.unified_diff(structure(test_server, worker_database), structure(test_server, former)))
    assert not difference, "\n".join(difference[:60])

    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        point_django_at(former)
        try:
            assert is_synchronised(connections["default"])
            _is_alive(tmp_path)
        finally:
            point_django_at(worker_database)
            connections.close_all()


def _is_alive(folder: Path) -> None:
    """Pages answer under the application role, and the town can be read whole."""
    for path in ("/essai/", "/essai/signalements/", "/essai/nouvelles/", "/en/essai/", "/voisin/"):
        assert Client().get(path, headers={"host": "localhost"}).status_code == 200, path
    with transaction.atomic():
        town = Territory.objects.get(slug="essai")
        manifest = write_archive(folder / "essai.zip", actor=Actor.system(town.pk), territory=town)
    assert manifest.rows_of("rows/cases.Case.jsonl") == 3
