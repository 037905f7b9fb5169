"""What providers say of a message after it has left: that it came back, that it arrived, what it cost."""

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F

from parvis.core.tenancy.context import Context, use
from parvis.core.tenancy.guard import Scope
from parvis.core.tenancy.models import Territory

from . import marks, verdicts
from .channels.protocol import Envelope, Result
from .models import Outgoing, Spending, State

COSTS = frozenset({"sms"})


@transaction.atomic
def note_bounce(message_id: str, detail: str, *, now: datetime) -> UUID | None:
    """Note that a message that had left came back; return the territory it was sent from, if any. Safe to repeat.

    `message_id` is what the returned message bears: nobody but its reader and those who carried it can know it. The
    address is left alone when the report says that it is no good.
    """
    row = _of_message_id(message_id)
    if row is None:
        return None
    with _sender():
        Outgoing.objects.filter(pk=row.pk).update(
            state=State.FAILED, sent_at=None, delivered_at=None, error=detail[:300]
        )
        verdict = verdicts.of(row.channel, detail)
        if verdict is not None:
            marks.mark(row.channel, row.address, verdict, outgoing_id=row.pk, now=now)
    return row.territory_id


@transaction.atomic
def note_complaint(message_id: str, *, now: datetime) -> UUID | None:
    """Note that a reader called a message spam (RFC 5965); return the territory. Nothing more goes to that address."""
    row = _of_message_id(message_id)
    if row is None:
        return None
    verdict = verdicts.Verdict(verdicts.COMPLAINT, "")
    with _sender():
        marks.mark(row.channel, row.address, verdict, outgoing_id=row.pk, now=now)
    return row.territory_id


@transaction.atomic
def note_arrival(channel: str, reference: str, *, now: datetime) -> bool:
    """Note that a provider says a message arrived; return whether it is one of ours. Safe to repeat."""
    with _sender():
        rows = Outgoing.objects.filter(channel=channel, reference=reference)
        rows.filter(state=State.SENT, delivered_at=None).update(delivered_at=now)
        return bool(reference) and rows.exists()


@transaction.atomic
def note_failure(channel: str, reference: str, detail: str, *, now: datetime) -> bool:
    """Note that a provider could not deliver what it had taken; return whether it is one of ours. Safe to repeat."""
    with _sender():
        rows = Outgoing.objects.filter(channel=channel, reference=reference, state=State.SENT)
        row = rows.first() if reference else None
        if row is not None:
            rows.update(state=State.FAILED, sent_at=None, delivered_at=None, error=detail[:300])
            verdict = verdicts.of(channel, detail)
            if verdict is not None:
                marks.mark(channel, row.address, verdict, outgoing_id=row.pk, now=now)
        return row is not None


def note_sent(channel: str, results: Sequence[Result], flying: Mapping[UUID, Envelope], *, now: datetime) -> None:
    """Keep how the provider calls what it took, and count what costs. Called in the sender's transaction."""
    spent: Counter[UUID] = Counter()
    messages: Counter[UUID] = Counter()
    for result in results:
        if result.reference or result.parts:
            Outgoing.objects.filter(pk=result.id).update(reference=result.reference[:80], parts=result.parts)
        envelope = flying.get(result.id)
        if channel in COSTS and envelope is not None and envelope.territory_id is not None:
            messages[envelope.territory_id] += 1
            spent[envelope.territory_id] += max(1, result.parts)
    for territory_id, count in messages.items():
        zone = ZoneInfo(Territory.objects.values_list("timezone", flat=True).get(pk=territory_id))
        key: dict[str, Any] = {
            "territory_id": territory_id,
            "channel": channel,
            "month": now.astimezone(zone).date().replace(day=1),
        }
        Spending.objects.get_or_create(**key)
        Spending.objects.filter(**key).update(messages=F("messages") + count, parts=F("parts") + spent[territory_id])


def _sender() -> AbstractContextManager[Context]:
    return use(territory=None, person=None, scope=Scope.DELIVERY)


def _of_message_id(message_id: str) -> Outgoing | None:
    try:
        key = UUID(hex=message_id.strip().strip("<>").partition("@")[0])
    except ValueError:
        return None
    with _sender():
        return Outgoing.objects.filter(pk=key, message_id=message_id.strip(), state=State.SENT).first()
