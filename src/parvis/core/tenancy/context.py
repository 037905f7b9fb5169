"""The context of a transaction: which territory, which person, looking at what."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.db import connection
from psycopg.pq import TransactionStatus

from .guard import Scope


@dataclass(frozen=True, slots=True)
class Context:
    """What the row-level security policies read."""

    territory_id: UUID | None = None
    person_id: UUID | None = None
    scope: Scope = Scope.TERRITORY


_NOWHERE = Context()
_current: ContextVar[Context] = ContextVar("parvis_context", default=_NOWHERE)
_UNCHANGED = object()


def current() -> Context:
    """Return the context in force."""
    return _current.get()


def current_territory_id() -> UUID | None:
    """Return the territory in force, or None at the door of the instance."""
    return _current.get().territory_id


def _apply(context: Context) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('parvis.territory', %s, true), set_config('parvis.person', %s, true),"
            " set_config('parvis.scope', %s, true)",
            [str(context.territory_id or ""), str(context.person_id or ""), context.scope.value],
        )


def _transaction_usable() -> bool:
    raw = connection.connection
    # What Django has marked to be rolled back takes the setting with it; a statement now would hide the first error.
    if raw is None or raw.closed or connection.needs_rollback:
        return False
    return raw.info.transaction_status == TransactionStatus.INTRANS


@contextmanager
def use(
    *,
    territory: Any = _UNCHANGED,
    person: Any = _UNCHANGED,
    scope: Scope = Scope.TERRITORY,
    restore: bool = True,
) -> Iterator[Context]:
    """Work in another context inside the running transaction, and come back.

    `territory` and `person` are ids, model instances or None; what is not given stays as it is. The setting is local to
    the transaction but outlives savepoints, so it is put back explicitly; without `restore` it is left, for whoever
    ends the transaction next. Raises RuntimeError outside a transaction, where PostgreSQL would forget it at once.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("tenancy.use() needs a transaction: wrap it in transaction.atomic().")
    before = _current.get()
    after = replace(
        before,
        scope=scope,
        territory_id=before.territory_id if territory is _UNCHANGED else getattr(territory, "pk", territory),
        person_id=before.person_id if person is _UNCHANGED else getattr(person, "pk", person),
    )
    _apply(after)
    token = _current.set(after)
    try:
        yield after
    finally:
        _current.reset(token)
        if restore and connection.in_atomic_block and _transaction_usable():
            _apply(before)
