"""Tell people: one event, its notices, their readers. Safe to run twice: each reader is told once by each channel."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import islice
from uuid import UUID

from django.db import transaction

from parvis.core.audit.models import Entry
from parvis.core.events.operations import Event
from parvis.core.registry.entries import Notice, Recipient
from parvis.core.tasks.operations import Priority, defer_many, task
from parvis.core.tenancy.context import use
from parvis.core.tenancy.guard import Scope
from parvis.core.tenancy.switches import switched_on

from ..mailing import Mailing
from ..models import Held, InboxMessage
from ..rendering import notice_key, notices_on

FEW = 20  # up to so many readers it is their own business, and goes before any mass mailing
BATCH = 500  # readers a statement, and a task
KEPT = timedelta(days=730)
HELD_FOR = timedelta(days=30)  # as long as a task may be repeated, and then some


def tell(event: Event) -> None:
    """Send every notice of an event that a module in use declares."""
    in_use = switched_on()
    for module, notice in notices_on(event.name):
        if module in in_use:
            send_notice(module, notice, event)


def send_notice(module: str, notice: Notice, event: Event) -> None:
    """Send one notice to its audience: a few readers now, many in tasks of their own, after everything else."""
    readers = iter(notice.audience(event))
    first = list(islice(readers, FEW + 1))
    if len(first) <= FEW:
        Mailing(module, notice, event, Priority.NOW).send(first)
        return
    while first:
        people = [reader for reader in first if reader.person_id is not None]
        batch = [[str(reader.person_id), reader.path] for reader in people]
        if batch:
            part = {"event": str(event.id), "notice": notice_key(module, notice), "readers": batch}
            defer_many(fan_out, [part], priority=Priority.BULK)
        # Bare addresses are personal data, which the queue does not hold: they are written here.
        Mailing(module, notice, event, Priority.BULK).send([one for one in first if one.person_id is None])
        first = list(islice(readers, BATCH))


def keep_past(event: Event, *, read_at: datetime | None) -> None:
    """Write into inboxes what a past event told a few readers: a town comes with its history. Nothing is sent."""
    in_use = switched_on()
    for module, notice in notices_on(event.name):
        if module in in_use:
            readers = list(islice(notice.audience(event), FEW))
            Mailing(module, notice, event, Priority.BULK).keep(readers, read_at=read_at)


@task(name="notifications.fan_out", priority=Priority.BULK)
def fan_out(*, event: str, notice: str, readers: Sequence[Sequence[str]]) -> None:
    """Tell one batch of a large audience."""
    happened = Event.of(Entry.objects.get(pk=event))
    for module, entry in notices_on(happened.name):
        if notice_key(module, entry) == notice:
            people = [Recipient(person_id=UUID(key), path=path) for key, path in readers]
            Mailing(module, entry, happened, Priority.BULK).send(people)


@transaction.atomic
def mark_read(*, person_id: UUID, now: datetime, message_ids: Sequence[UUID] | None = None) -> int:
    """Mark messages of a person as read, all of them unless `message_ids` are given; return how many were not."""
    with use(person=person_id, scope=Scope.MINE):
        mine = InboxMessage.objects.filter(person_id=person_id, read_at=None)
        if message_ids is not None:
            mine = mine.filter(pk__in=message_ids)
        found = list(mine.values_list("territory_id", "pk"))
    for territory in {territory for territory, _ in found}:
        with use(territory=territory, person=person_id):
            keys = [key for owner, key in found if owner == territory]
            InboxMessage.objects.filter(pk__in=keys, person_id=person_id, read_at=None).update(read_at=now)
    return len(found)


def forget_old(*, now: datetime) -> int:
    """Delete the territory's messages older than two years, and what digests told a month ago; return how many."""
    count, _ = InboxMessage.objects.filter(created_at__lt=now - KEPT).delete()
    Held.objects.filter(sent_at__lt=now - HELD_FOR).delete()
    return count
