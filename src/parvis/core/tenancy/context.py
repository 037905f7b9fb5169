"""The context of a transaction: which territory, which person, looking at what."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from .guard import Scope


@dataclass(frozen=True, slots=True)
class Context:
    """What the row-level security policies read. The last three belong to scope ``network``: see :func:`use`."""

    territory_id: UUID | None = None
    person_id: UUID | None = None
    scope: Scope = Scope.TERRITORY
    reader_id: UUID | None = None
    port: str = ""
    service: str = ""


NOWHERE = Context()
"""No territory, no person: what a new transaction knows."""

_current: ContextVar[Context] = ContextVar("parvis_context", default=NOWHERE)
_UNCHANGED = object()


def current() -> Context:
    """Return the context in force."""
    return _current.get()


def current_territory_id() -> UUID | None:
    """Return the territory in force, or None at the door of the instance."""
    return _current.get().territory_id


@contextmanager
def use(
    *,
    territory: Any = _UNCHANGED,
    person: Any = _UNCHANGED,
    scope: Scope = Scope.TERRITORY,
    reader: UUID | None = None,
    port: str = "",
    service: str = "",
) -> Iterator[Context]:
    """Work in another context inside the running transaction, and come back.

    `territory` and `person` are ids, model instances or None; what is not given stays as it is. Nothing is sent to the
    server: its next statement takes the context along (`parvis.core.tenancy.postgresql`). In scope ``network`` the rows
    of `territory` are read for the portal of `reader`, which asks the module `service` for things of the kind `port`;
    from there, no other scope of the lender opens.

    Raises RuntimeError outside a transaction, where PostgreSQL would forget it at once, and when what is lent is left
    for the lender's own scope.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("tenancy.use() needs a transaction: wrap it in transaction.atomic().")
    before = _current.get()
    after = Context(
        scope=scope,
        territory_id=before.territory_id if territory is _UNCHANGED else getattr(territory, "pk", territory),
        person_id=before.person_id if person is _UNCHANGED else getattr(person, "pk", person),
        reader_id=reader,
        port=port,
        service=service,
    )
    if before.scope is Scope.NETWORK and after.scope is not Scope.NETWORK and after.territory_id != before.reader_id:
        raise RuntimeError("What another territory lends is read in scope network only.")
    token = _current.set(after)
    try:
        yield after
    finally:
        _current.reset(token)
