"""What has been sent: for the demo's page, for staff, for the people concerned."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from parvis.core.tenancy.context import use
from parvis.core.tenancy.guard import Scope
from parvis.lib.errors import NotFound

from .marks import digest_of, in_force
from .models import AddressMark, LocalCopy, MarkReason, Outgoing, Pause, Spending, State


@dataclass(frozen=True, slots=True)
class LocalMessage:
    """A message that the local adapter kept. `sender` and `address` as they would stand on it; `at` in UTC."""

    id: UUID
    channel: str
    sender: str
    name: str
    address: str
    subject: str
    text: str
    html: str
    territory_id: UUID | None
    person_id: UUID | None
    at: datetime


_FIELDS = ("id", "channel", "sender", "name", "address", "subject", "text", "html", "territory_id", "person_id", "at")


def messages(
    *, limit: int = 50, channel: str = "", address: str = "", before: datetime | None = None
) -> Sequence[LocalMessage]:
    """Return what the local adapters kept, newest first, whatever the territory. For the demo only.

    `address` keeps those to one address; `before` pages on. Raises NotFound outside of demo mode: these are other
    people's messages.
    """
    _only_in_demo()
    with transaction.atomic(), use(scope=Scope.DELIVERY):
        rows = LocalCopy.objects.order_by("-at", "-id")
        if channel:
            rows = rows.filter(channel=channel)
        if address:
            rows = rows.filter(address__iexact=address)
        if before:
            rows = rows.filter(at__lt=before)
        return [LocalMessage(*values) for values in rows.values_list(*_FIELDS)[:limit]]


def message(message_id: UUID) -> LocalMessage:
    """Return one message that a local adapter kept. For the demo only. Raises NotFound."""
    _only_in_demo()
    with transaction.atomic(), use(scope=Scope.DELIVERY):
        values = LocalCopy.objects.filter(pk=message_id).values_list(*_FIELDS).first()
    if values is None:
        raise NotFound()
    return LocalMessage(*values)


def _only_in_demo() -> None:
    if not settings.DEMO:
        raise NotFound()


def pauses() -> Sequence[Pause]:
    """Return the channels whose provider does not answer, since when and why: for `parvis doctor` and `/metrics`."""
    return list(Pause.objects.order_by("since"))


def waiting() -> dict[str, int]:
    """Return how many messages have not left yet, for each channel, whatever the territory: a number, no words."""
    with transaction.atomic(), use(scope=Scope.DELIVERY):
        rows = Outgoing.objects.filter(state__in=[State.QUEUED, State.SENDING]).order_by()
        return dict(rows.values_list("channel").annotate(n=Count("id")))


def sent_to(person_id: UUID) -> Sequence[Outgoing]:
    """Return what the territory in force has sent to a person, newest first, without secrets."""
    return list(Outgoing.objects.filter(person_id=person_id, is_secret=False).order_by("-created_at")[:500])


@dataclass(frozen=True, slots=True)
class Mark:
    """Why nothing is sent to an address: `words` for people, since when, and until when (None: until it is lifted)."""

    reason: str
    words: str
    since: datetime
    until: datetime | None


def mark_of(channel: str, address: str, *, now: datetime | None = None) -> Mark | None:
    """Return why nothing is sent to an address at the moment, or None."""
    if not address:
        return None
    row = in_force(now or timezone.now()).filter(channel=channel, digest=digest_of(channel, address)).first()
    return None if row is None else Mark(row.reason, str(MarkReason(row.reason).label), row.since, row.until)


def came_back(*, now: datetime, most: int = 200) -> list[tuple[Outgoing, AddressMark]]:
    """Return the messages of the territory in force that showed an address to be no good, newest first."""
    marks = {row.outgoing_id: row for row in in_force(now).order_by("-last_at")[: 10 * most]}
    rows = Outgoing.objects.filter(pk__in=list(marks), person_id__isnull=False)
    found = [(row, marks[row.pk]) for row in rows]
    return sorted(found, key=lambda pair: pair[1].last_at, reverse=True)[:most]


@dataclass(frozen=True, slots=True)
class Proof:
    """What became of a territory's messages by one channel: counts."""

    channel: str
    sent: int
    arrived: int
    waiting: int
    failed: int


def proofs(*, since: datetime) -> list[Proof]:
    """Return what became of the messages of the territory in force since a moment, a line a channel."""
    rows = Outgoing.objects.filter(created_at__gte=since).order_by()
    counted = rows.values("channel").annotate(
        sent=Count("id", filter=Q(state=State.SENT)),
        arrived=Count("id", filter=Q(delivered_at__isnull=False)),
        waiting=Count("id", filter=Q(state__in=[State.QUEUED, State.SENDING])),
        failed=Count("id", filter=Q(state__in=[State.FAILED, State.GIVEN_UP])),
    )
    return [Proof(**row) for row in counted.order_by("channel")]


def spending(channel: str = "sms", *, months: int = 13) -> list[Spending]:
    """Return what the territory in force sent by a channel that costs, a row a month, newest first."""
    return list(Spending.objects.filter(channel=channel).order_by("-month")[:months])
