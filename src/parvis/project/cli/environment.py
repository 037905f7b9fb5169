"""Which database and which folders a command works with.

With `DATABASE_URL` set, that server. Without, the embedded cluster in the data folder: the one that
`parvis demo` runs at this moment, or else one started for as long as the command lasts.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from parvis.project.obstacle import Obstacle

if TYPE_CHECKING:
    from parvis.project.postgres import Cluster


def data_folder() -> Path:
    """Where Parvis keeps its data: `PARVIS_VAR`, or `var` beside the sources."""
    named = os.environ.get("PARVIS_VAR")
    return Path(named).absolute() if named else Path(__file__).resolve().parents[4] / "var"


def _require_addresses() -> None:
    """Raises Obstacle where a variable holds no address, which Django would say in words for developers."""
    import dj_database_url

    for variable in ("DATABASE_URL", "DATABASE_OWNER_URL"):
        try:
            engine = dj_database_url.parse(os.environ.get(variable) or "postgresql:///").get("ENGINE", "")
        except Exception:
            engine = ""
        if "postgresql" not in engine:
            raise Obstacle(
                f"{variable} is not the address of a PostgreSQL database.",
                "It looks like postgresql://role:password@host:5432/parvis.",
            )


def _require_tiles() -> None:
    """Raises Obstacle where the maps' tile source cannot be used, before any process starts with it."""
    from parvis.lib import tilesource

    try:
        tilesource.read(os.environ.get("PARVIS_TILES", ""), os.environ.get("PARVIS_TILES_ATTRIBUTION", ""))
    except ValueError as error:
        raise Obstacle(str(error)) from error


class LocalDatabase:
    """The database of a command: outside (`DATABASE_URL`) or embedded."""

    def __init__(self, cluster: Cluster | None) -> None:
        self.cluster = cluster

    @classmethod
    def for_this_process(cls) -> LocalDatabase:
        """Choose it, and put its addresses in the environment, where the settings read them. Raises Obstacle."""
        _require_tiles()
        if os.environ.get("DATABASE_URL"):
            _require_addresses()
            return cls(None)
        if os.environ.get("DATABASE_OWNER_URL"):
            raise Obstacle(
                "DATABASE_OWNER_URL is set and DATABASE_URL is not: this would work on another database.",
                "Set both to the same database, or neither.",
            )
        from parvis.project.postgres import Cluster

        cluster = Cluster(data_folder() / "postgres")
        os.environ["DATABASE_URL"] = cluster.app_url
        os.environ["DATABASE_OWNER_URL"] = cluster.owner_url
        return cls(cluster)

    @staticmethod
    def set_up_django(*, role: str | None = None) -> None:
        """Make Django ready. `role="owner"` connects as the owner of the tables."""
        if role == "owner":
            os.environ["PARVIS_DATABASE_ROLE"] = "owner"
        import django

        django.setup()

    @contextmanager
    def opened(self, *, owner: bool = False, serving: bool = False) -> Iterator[LocalDatabase]:
        """The database answers within this block. An embedded one started here stops at its end.

        A server of the operator's own must be one that Parvis can stand on, here as the `owner` of the tables or as the
        application; when `serving`, as a role that is held to its rows. Raises Obstacle.
        """
        from parvis.project.postgres.obstacles import InUse
        from parvis.project.postgres.server import require

        if self.cluster is None:
            variable = "DATABASE_OWNER_URL" if owner else "DATABASE_URL"
            if not os.environ.get(variable):
                raise Obstacle(
                    "DATABASE_OWNER_URL is not set: this needs the role that owns the tables.",
                    "Set it to the address of the same database as the owner.",
                )
            require(os.environ[variable], variable=variable, serving=serving)
            yield self
            return
        try:
            self.cluster.start()
        except InUse:
            self.cluster.connect().close()  # `parvis demo` runs it: share it
        try:
            yield self
        finally:
            self.cluster.stop()
