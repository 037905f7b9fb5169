"""Django's PostgreSQL backend, whose cursors carry the tenancy context to the server.

`tenancy.context.use` only says which context is in force; the next statement takes it along, in the same round trip.
A context that no statement is sent in therefore costs nothing, and no statement can leave in another one than its own:
the cursor compares what is in force with what the transaction was last told.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from uuid import UUID

import psycopg
from django.db.backends.postgresql import base
from psycopg.pq import TransactionStatus

from parvis.core.tenancy.context import NOWHERE, Context, current
from parvis.core.tenancy.guard import Scope

if TYPE_CHECKING:  # what Django's cursors are, which its stubs leave out
    _Cursor = psycopg.ClientCursor[Any]
    _ServerSideCursor = psycopg.ServerCursor[Any]
else:
    _Cursor, _ServerSideCursor = base.Cursor, base.ServerSideCursor

_AROUND = ("SAVEPOINT", "RELEASE", "ROLLBACK")


def _words(context: Context) -> str:
    """The statement that sets a context for the transaction. Raises ValueError for what is no id or plain name."""
    territory, person = (str(UUID(str(id))) if id else "" for id in (context.territory_id, context.person_id))
    told = (
        f"SELECT set_config('parvis.territory', '{territory}', true), set_config('parvis.person', '{person}', true),"
        f" set_config('parvis.scope', '{context.scope.value}', true)"
    )
    return told + _loan(context) if context.scope is Scope.NETWORK else told


def _loan(context: Context) -> str:
    """Who reads, what and of which module: no policy of another scope looks at these."""
    reader = str(UUID(str(context.reader_id))) if context.reader_id else ""
    if not (context.port + context.service + "a").isidentifier():
        raise ValueError("A port and a service have plain names.")
    return (
        f", set_config('parvis.reader', '{reader}', true), set_config('parvis.port', '{context.port}', true),"
        f" set_config('parvis.service', '{context.service}', true)"
    )


def _due(raw: psycopg.Connection[Any]) -> Context | None:
    """The context that the server must still be told before the next statement, or None."""
    status = raw.pgconn.transaction_status
    if status == TransactionStatus.IDLE:
        raw.told = NOWHERE  # type: ignore[attr-defined]  # a new transaction knows nothing; our own mark on psycopg's object
        if raw.autocommit:
            return None  # outside a transaction a local setting is forgotten at once
    elif status != TransactionStatus.INTRANS:
        return None  # after an error only ROLLBACK is heard; it must not be hidden by ours
    context = current()
    return None if context == getattr(raw, "told", None) else context  # never told: a transaction begun by other means


@contextmanager
def _telling(raw: psycopg.Connection[Any], context: Context) -> Iterator[None]:
    raw.told = None  # type: ignore[attr-defined]  # unknown, should the statement fail
    yield
    raw.told = context  # type: ignore[attr-defined]  # see above


def tell(raw: psycopg.Connection[Any]) -> None:
    """Tell the server the context in force, if it does not know it yet, for whoever sends statements in another way."""
    context = _due(raw)
    if context is not None:
        with _telling(raw, context), psycopg.ClientCursor(raw) as cursor:
            cursor.execute(_words(context))


class Cursor(_Cursor):
    """A cursor whose statements run in the context in force."""

    def execute(self, query: Any, params: Any = None, **options: Any) -> Cursor:
        """Send a statement; a new context goes along with it."""
        if not isinstance(query, str):
            tell(self.connection)
        # Asked of a savepoint too: it may be what begins the transaction, which must not pass for the one before.
        elif (context := _due(self.connection)) is not None and not query.startswith(_AROUND):
            with _telling(self.connection, context):
                super().execute(f"{_words(context)};{query}", params, **options)
            self.nextset()
            return self
        super().execute(query, params, **options)
        return self

    def executemany(self, query: Any, params_seq: Any, **options: Any) -> None:
        """Send a statement many times, after the context."""
        tell(self.connection)
        super().executemany(query, params_seq, **options)

    def stream(self, *args: Any, **options: Any) -> Any:
        """Send a statement and give its rows as they come, after the context."""
        tell(self.connection)
        return super().stream(*args, **options)

    def copy(self, *args: Any, **options: Any) -> Any:
        """Copy rows in or out, after the context."""
        tell(self.connection)
        return super().copy(*args, **options)


class ServerSideCursor(_ServerSideCursor):
    """A cursor on the server: its rows are read in the context in force when they are asked for."""

    def execute(self, *args: Any, **options: Any) -> ServerSideCursor:  # type: ignore[override]  # passed on whole
        """Declare the cursor, after the context."""
        tell(self.connection)
        super().execute(*args, **options)
        return self

    def fetchone(self) -> Any:
        """Return the next row, after the context."""
        tell(self.connection)
        return super().fetchone()

    def fetchmany(self, size: int = 0) -> Any:
        """Return the next rows, after the context."""
        tell(self.connection)
        return super().fetchmany(size)

    def fetchall(self) -> Any:
        """Return the rows left, after the context."""
        tell(self.connection)
        return super().fetchall()


class DatabaseWrapper(base.DatabaseWrapper):  # type: ignore[misc]  # see above
    """A connection with such cursors."""

    def get_connection_params(self) -> dict[str, Any]:
        """Ask psycopg for our cursors."""
        return {**super().get_connection_params(), "cursor_factory": Cursor}

    def create_cursor(self, name: str | None = None) -> Any:
        """Return a cursor; with a name, one on the server."""
        cursor = super().create_cursor(name)
        if name:
            cursor.__class__ = ServerSideCursor  # Django has no other way to choose it
        return cursor

    def _savepoint_rollback(self, sid: str) -> None:
        super()._savepoint_rollback(sid)  # type: ignore[misc]  # left out of the stubs
        self.connection.told = None  # what was told since the savepoint is forgotten
