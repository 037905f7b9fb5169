"""The benchmarks' own PostgreSQL: durable, as in production, with a migrated and a loaded database to clone from.

It lives in `var/bench` (or `PARVIS_BENCH_FOLDER`): the demo region is loaded once for each state of the sources that
shape it. It stops with the runner.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from psycopg import sql

from parvis.project.postgres import Cluster
from parvis.project.postgres.roles import APP, OWNER, restrict

REPOSITORY = Path(__file__).resolve().parents[2]
FOLDER = Path(os.environ.get("PARVIS_BENCH_FOLDER", REPOSITORY / "var" / "bench"))
_SHAPING = {"models", "fields", "guard", "guards", "settings", "demo", "operations", "workflow", "standard_roles"}
_SHAPING_FOLDERS = {"migrations", "models", "tenancy", "fiction", "demo", "operations"}


def _state() -> str:
    """A hash of the sources that shape the tables and the demo region."""
    digest = hashlib.sha256()
    for path in sorted((REPOSITORY / "src" / "parvis").rglob("*")):
        shapes = path.stem in _SHAPING or _SHAPING_FOLDERS & set(path.parts) or path.suffix == ".sql"
        if path.is_file() and path.suffix != ".pyc" and shapes and "tests" not in path.parts:
            digest.update(str(path).encode() + path.read_bytes())
    return digest.hexdigest()[:10]


class Databases:
    """The server of one run. Use it as a context manager."""

    def __init__(self) -> None:
        FOLDER.mkdir(parents=True, exist_ok=True)
        self.cluster = Cluster(FOLDER / "postgresql")
        self.data = FOLDER / "data"
        self._state = _state()

    def __enter__(self) -> Databases:
        self.cluster.start()
        with self.cluster.connect() as connection:
            rows = connection.execute("SELECT datname FROM pg_database WHERE datname LIKE 'bench\\_%'").fetchall()
            for (name,) in rows:
                if not name.endswith(self._state):
                    self._drop(name)
        return self

    def __exit__(self, *error: object) -> None:
        self.cluster.stop()

    def environment(self, name: str) -> dict[str, str]:
        """What a process needs to work with the database `name`."""
        return {
            **os.environ,
            "DATABASE_URL": self.cluster.url(APP, name),
            "DATABASE_OWNER_URL": self.cluster.url(OWNER, name),
            "DJANGO_SETTINGS_MODULE": "parvis.project.settings",
            "PARVIS_VAR": str(self.data),
            "PARVIS_LOG_LEVEL": "ERROR",
            "PYTHONPATH": os.pathsep.join([str(REPOSITORY / "src"), str(REPOSITORY)]),
        }

    def clone(self, kind: str, label: str) -> str:
        """Return the name of a fresh copy of `tables` (migrated) or `region` (with the demo region)."""
        template = self._template(kind)
        self._drop(f"bench_run_{label}")
        self._create(f"bench_run_{label}", template)
        return f"bench_run_{label}"

    def drop(self, name: str) -> None:
        """Delete a copy."""
        self._drop(name)

    def _template(self, kind: str) -> str:
        name = f"bench_{kind}_{self._state}"
        with self.cluster.connect() as connection:
            if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
                return name
        building = f"bench_building_{kind}"
        self._drop(building)
        self._create(building, "template0" if kind == "tables" else self._template("tables"))
        steps = {"tables": ["migrate"], "region": ["demo-load"]}[kind]
        for step in steps:
            print(f"Preparing: parvis {step}", file=sys.stderr, flush=True)
            command = [sys.executable, "-m", "parvis.project.cli", step]
            subprocess.run(command, check=True, env=self.environment(building), stdout=sys.stderr)
        with self.cluster.connect(building) as connection:
            connection.execute("VACUUM ANALYZE")
        with self.cluster.connect() as connection:
            connection.execute(
                sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(building), sql.Identifier(name))
            )
        return name

    def _create(self, name: str, template: str) -> None:
        with self.cluster.connect() as connection:
            command = sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {} STRATEGY file_copy")
            connection.execute(command.format(*(sql.Identifier(word) for word in (name, template, OWNER))))
            restrict(connection, name, APP)

    def _drop(self, name: str) -> None:
        with self.cluster.connect() as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
