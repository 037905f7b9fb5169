"""Addresses that do not work: marked when a message comes back, left out while they are, and tried again in time."""

import hashlib
import hmac
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet

from parvis.lib.errors import gettext_noop

from . import verdicts
from .channels.protocol import Envelope
from .models import AddressMark, MarkReason, Outgoing, State

UNKNOWN_FOR = timedelta(days=180)  # people take an address up again
FULL_FOR, FULL_AT_MOST = timedelta(days=1), timedelta(days=14)
KEPT = timedelta(days=365)
LEFT_OUT = gettext_noop("Nothing is sent to this address for the moment: messages to it came back.")


def digest_of(channel: str, address: str) -> str:
    """Return what stands for an address: nobody can tell which it is, without the key of this instance."""
    text = f"{channel}:{address.strip().lower()}"
    return hmac.new(settings.SECRET_KEY.encode(), text.encode(), hashlib.sha256).hexdigest()


def in_force(now: datetime) -> QuerySet[AddressMark]:
    """Return the marks that hold at a moment."""
    return AddressMark.objects.filter(Q(until=None) | Q(until__gt=now))


def marked(addresses: Iterable[tuple[str, str]], now: datetime) -> set[tuple[str, str]]:
    """Return which of these (channel, address) are left alone at a moment; one query."""
    digests = {digest_of(channel, address): (channel, address) for channel, address in addresses if address}
    if not digests:
        return set()
    rows = in_force(now).filter(digest__in=list(digests))
    return {digests[digest] for digest in rows.values_list("digest", flat=True)}


def leave_out_marked(rows: Sequence[Outgoing], now: datetime) -> None:
    """Refuse messages to marked addresses before they are written; a sign-in code, which somebody waits for, leaves."""
    asked = [row for row in rows if row.state == State.QUEUED and not row.is_secret]
    dead = marked(((row.channel, row.address) for row in asked), now)
    for row in asked:
        if (row.channel, row.address) in dead:
            row.state, row.error = State.FAILED, LEFT_OUT


def mark_refused(channel: str, envelope: Envelope, detail: str, *, now: datetime) -> None:
    """Mark the address of a refused message if the refusal is about the address."""
    verdict = verdicts.of(channel, detail)
    if verdict is not None:
        mark(channel, envelope.address, verdict, outgoing_id=envelope.id, now=now)


@transaction.atomic
def mark(channel: str, address: str, verdict: verdicts.Verdict, *, outgoing_id: UUID, now: datetime) -> None:
    """Leave an address alone from now on. Safe to repeat for the same message."""
    row, is_new = AddressMark.objects.select_for_update().get_or_create(
        channel=channel,
        digest=digest_of(channel, address),
        defaults={
            "reason": verdict.reason, "status": verdict.status[:20], "since": now, "last_at": now,
            "until": _until(verdict.reason, 1, now), "outgoing_id": outgoing_id,
        },
    )  # fmt: skip
    if is_new or row.outgoing_id == outgoing_id:
        return
    was_over = row.until is not None and row.until <= now
    row.count, row.last_at, row.outgoing_id = row.count + 1, now, outgoing_id
    row.reason, row.status = verdict.reason, verdict.status[:20]
    row.until = _until(verdict.reason, row.count, now)
    if was_over:
        row.told_at = None
    row.save()


def _until(reason: str, count: int, now: datetime) -> datetime | None:
    """Return when an address is tried again: a full mailbox after a day, then two, four…; a complaint never."""
    if reason == MarkReason.COMPLAINT:
        return None
    if reason == MarkReason.FULL:
        return now + min(FULL_AT_MOST, FULL_FOR * 2 ** min(count - 1, 10))
    return now + UNKNOWN_FOR


def lift(channel: str, addresses: Collection[str]) -> int:
    """Write to these addresses again; return how many were marked."""
    digests = [digest_of(channel, address) for address in addresses if address]
    count, _ = AddressMark.objects.filter(channel=channel, digest__in=digests).delete()
    return count


def untold(most: int = 500) -> list[AddressMark]:
    """Return marks whose owner was not told yet, locked until the transaction ends: two workers share them."""
    rows = AddressMark.objects.select_for_update(skip_locked=True).filter(told_at=None, outgoing_id__isnull=False)
    return list(rows.order_by("last_at")[:most])


def note_told(marks: Collection[AddressMark], now: datetime) -> None:
    """Note that whoever these addresses belong to was told, or cannot be."""
    AddressMark.objects.filter(pk__in=[row.pk for row in marks]).update(told_at=now)


def forget_marks(now: datetime) -> None:
    """Delete marks that have been over for a year."""
    AddressMark.objects.filter(until__lt=now - KEPT).delete()
