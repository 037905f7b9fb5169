"""The two roles every installation has, and the databases they use.

`parvis_owner` owns the database and its tables: migrations and maintenance connect as this role.
`parvis_app` owns nothing and cannot bypass row-level security: web, workers and tests are this role.
"""

from __future__ import annotations

from urllib.parse import quote, unquote, urlsplit

import psycopg
from psycopg import sql

OWNER = "parvis_owner"
APP = "parvis_app"

_ROLE_LIMITS = "NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOREPLICATION NOCREATEDB INHERIT LOGIN"


def socket_url(role: str, database: str, socket_folder: str) -> str:
    """The address of `database` over a socket, for Django, psycopg and PostgreSQL's own programs."""
    return f"postgresql://{role}@/{quote(database)}?host={quote(socket_folder, safe='/')}"


def with_database(url: str, database: str) -> str:
    """The same address, for another database of the same server."""
    return urlsplit(url)._replace(path="/" + quote(database)).geturl()


def database_of(url: str) -> str:
    """The name of the database an address leads to."""
    return unquote(urlsplit(url).path.lstrip("/"))


def role_of(url: str) -> str:
    """The name of the role an address connects as (empty if it names none)."""
    return unquote(urlsplit(url).username or "")


def provision(connection: psycopg.Connection, database: str) -> None:
    """Make the two roles and the database, or bring them back to what they should be. Superuser, autocommit."""
    existing = {row[0] for row in connection.execute("SELECT rolname FROM pg_roles")}
    for role in (OWNER, APP):
        verb = "ALTER" if role in existing else "CREATE"
        connection.execute(sql.SQL("{} ROLE {} {}").format(sql.SQL(verb), sql.Identifier(role), sql.SQL(_ROLE_LIMITS)))
    found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone()
    if found is None:
        connection.execute(
            sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(database), sql.Identifier(OWNER))
        )
        restrict(connection, database, APP)


def restrict(connection: psycopg.Connection, database: str, app: str) -> None:
    """Let only the owner and `app` connect to `database`, and let nobody else make temporary tables in it."""
    name = sql.Identifier(database)
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(name))
    connection.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(name, sql.Identifier(app)))
