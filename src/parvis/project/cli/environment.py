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


class LocalDatabase:
    """The database of a command: outside (`DATABASE_URL`) or embedded."""

    def __init__(self, cluster: Cluster | None) -> None:
        self.cluster = cluster

    @classmethod
    def for_this_process(cls) -> LocalDatabase:
        """Choose it, and put its addresses in the environment, where the settings read them."""
        if os.environ.get("DATABASE_URL"):
            return cls(None)
        from parvis.project.postgres import Cluster

        cluster = Cluster(data_folder() / "postgres")
        os.environ["DATABASE_URL"] = cluster.app_url
        os.environ["DATABASE_OWNER_URL"] = cluster.owner_url
        return cls(cluster)

    @staticmethod
    def set_up_django(*, role: str | None = None) -> None:
        """Make Django ready. `role="owner"` connects as the owner of the tables. Raises Obstacle."""
        if role == "owner":
            if not os.environ.get("DATABASE_OWNER_URL"):
                raise Obstacle(
                    "DATABASE_OWNER_URL is not set: this needs the role that owns the tables.",
                    "Set it to the address of the same database as the owner.",
                )
            os.environ["PARVIS_DATABASE_ROLE"] = "owner"
        import django

        django.setup()

    @contextmanager
    def opened(self) -> Iterator[LocalDatabase]:
        """The database answers within this block. An embedded one started here stops at its end."""
        from parvis.project.postgres.obstacles import InUse

        if self.cluster is None:
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
