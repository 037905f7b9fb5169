"""Record an event: the audit row and one task a subscriber, in the transaction of what happened.

After a rollback nothing leaves; after a commit nothing is lost. Delivery is at least once; the receipt written in the
handler's own transaction makes a second run find nothing to do.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone

from parvis.core.audit.models import Entry
from parvis.core.audit.operations import write_entry
from parvis.core.registry.registry import handler_path, load_handler, registry
from parvis.core.tasks.operations import Priority, defer_many, task
from parvis.core.tenancy.context import current_territory_id
from parvis.core.tenancy.switches import switched_on
from parvis.lib.actor import Actor


class UnknownEvent(Exception):
    """No manifest declares this event in `emits`."""


@dataclass(frozen=True, slots=True)
class Event:
    """What a handler receives: ids and states only; it reads the rest itself, as it stands now."""

    id: UUID
    name: str
    territory_id: UUID
    subject_type: str
    subject_id: UUID | None
    actor_id: UUID | None
    beneficiary_id: UUID | None
    channel: str
    at: datetime
    data: Mapping[str, Any]

    @classmethod
    def of(cls, entry: Entry) -> "Event":
        """Return the event that an audit row stands for."""
        return cls(
            id=entry.id,
            name=entry.name,
            territory_id=entry.territory_id,
            subject_type=entry.subject_type,
            subject_id=entry.subject_id,
            actor_id=entry.actor_id,
            beneficiary_id=entry.beneficiary_id,
            channel=entry.channel,
            at=entry.at,
            data=entry.data,
        )


def record(actor: Actor, name: str, subject: Any, *, now: datetime | None = None, **data: Any) -> Event:
    """Record that something happened; `data` holds ids and states, never text.

    Writes the audit row and one background task per subscriber in the running transaction. Raises UnknownEvent.
    """
    house = registry()
    if name not in house.emitted:
        raise UnknownEvent(f"{name} is not in the `emits` of any module")
    territory_id = getattr(subject, "territory_id", None) or current_territory_id() or actor.territory_id
    if territory_id is None:
        raise ValueError(f"{name}: an event belongs to a territory")
    entry = write_entry(
        actor=actor, name=name, subject=subject, territory_id=territory_id, data=data, now=now or timezone.now()
    )
    handlers = house.handlers.get(name, ())
    if any(house.get(module).switchable for module, _ in handlers):
        in_use = switched_on()
        handlers = tuple(pair for pair in handlers if pair[0] in in_use)
    context = {"territory": str(territory_id), "person": None, "scope": "territory"}
    defer_many(
        handle,
        [{"event": str(entry.id), "handler": handler_path(handler), "module": module} for module, handler in handlers],
        context=context,
    )
    return Event.of(entry)


# The columns are those of Event, in its order.
_TAKE = """
    SELECT id, name, territory_id, subject_type, subject_id, actor_id, beneficiary_id, channel, at, data
    FROM parvis.take_delivery(%s, %s)
"""


@task(name="events.handle", priority=Priority.EVENT)
def handle(*, event: str, handler: str, module: str) -> None:
    """Run one subscriber for one event, once."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [event, handler])
        row = cursor.fetchone()
    if row is not None:
        values = (*row[:-1], json.loads(row[-1]))
        load_handler(handler)(Event(*values))
