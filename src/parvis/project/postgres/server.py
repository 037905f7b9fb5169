"""A PostgreSQL server of the operator's own: does it answer, and is it what Parvis stands on?"""

from __future__ import annotations

import psycopg
from psycopg.conninfo import conninfo_to_dict

from parvis.project.obstacle import Obstacle
from parvis.project.postgres.binaries import OLDEST_MAJOR

_TIMEOUT = 10
EXTENSIONS = ("pg_trgm",)
"""What migrations create; all are trusted, so that the owner of the database may."""

_FACTS = """
    SELECT current_setting('server_version'), current_user, rolsuper OR rolbypassrls,
        ARRAY(SELECT name FROM unnest(%s::text[]) AS name EXCEPT SELECT name FROM pg_available_extensions)
    FROM pg_roles WHERE rolname = current_user
"""


def require(url: str, *, variable: str = "DATABASE_URL", serving: bool = False) -> None:
    """Make sure that the server at `url` answers and is new enough; when `serving`, that the role is held to its rows.

    `variable` is where the address was found. Raises Obstacle.
    """
    try:
        with psycopg.connect(url, connect_timeout=_TIMEOUT) as connection:
            version, role, passes, missing = connection.execute(_FACTS, [list(EXTENSIONS)]).fetchone()  # type: ignore[misc]
    except psycopg.ProgrammingError as error:
        raise Obstacle(
            f"{variable} is not the address of a PostgreSQL database ({_reason(error)}).",
            "It looks like postgresql://role:password@host:5432/parvis.",
        ) from error
    except psycopg.OperationalError as error:
        raise _refused(url, variable, error) from error
    if int(version.split(".")[0]) < OLDEST_MAJOR:
        raise Obstacle(
            f"The server of {variable} is PostgreSQL {version}, and Parvis needs {OLDEST_MAJOR} or newer.",
            "Upgrade it, or name another server.",
        )
    if missing:
        raise Obstacle(
            f"The server of {variable} lacks the extension {missing[0]}.",
            "Install PostgreSQL's contrib package on its machine, then try again.",
        )
    if serving and passes:
        raise Obstacle(
            f"{variable} connects as {role}, who passes over row-level security: towns would see each other's rows.",
            "Use the application role of docs/operating.md (no superuser, no BYPASSRLS).",
        )


def _refused(url: str, variable: str, error: psycopg.OperationalError) -> Obstacle:
    told = conninfo_to_dict(url)
    where = f"{told.get('dbname', '')} at {told.get('host', 'this machine')}"
    reason = _reason(error)
    if any(words in reason for words in ("authentication failed", "no password", "pg_hba.conf", "does not exist")):
        return Obstacle(
            f"The database {where} does not let {told.get('user', 'this user')} in ({reason}).",
            f"Check {variable}, and that role and database were made (docs/operating.md).",
        )
    return Obstacle(
        f"The database {where} cannot be reached ({reason}).",
        f"Check {variable} and that PostgreSQL runs there; `parvis doctor` says more.",
    )


def _reason(error: psycopg.Error) -> str:
    lines = [line.strip() for line in str(error).strip().splitlines() if line.strip()]
    said = next((line for line in reversed(lines) if "FATAL" in line or "failed" in line), lines[-1] if lines else "")
    return said.rpartition("FATAL:")[2].rpartition(" failed: ")[2].strip().rstrip(".") or type(error).__name__


__all__ = ["require"]
