"""Put messages into the outbox, in the running transaction. Nothing is sent here."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import parseaddr
from functools import lru_cache
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from parvis.core.tasks.operations import Priority
from parvis.core.tenancy.context import current, use
from parvis.core.tenancy.guard import Scope
from parvis.core.tenancy.models import Territory
from parvis.lib.errors import Invalid
from parvis.lib.ids import new_id

from .channels.known import channel
from .layout import compose, place_of, territory_in_force
from .marks import forget_marks, leave_out_marked
from .models import LocalCopy, Outgoing, State
from .sending import defer_send, defer_sends


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message to one address. `dedupe_key`: a second message with the same key is never written.

    `html` is complete, with its styles inline (:mod:`.layout`). `headers` may hold Reply-To and List-Unsubscribe.
    `is_secret` wipes the words once they have left. `not_before` holds it back until a moment (quiet hours).
    """

    address: str
    subject: str
    text: str
    html: str = ""
    channel: str = "email"
    name: str = ""
    sender: str = ""
    person_id: UUID | None = None
    dedupe_key: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    priority: Priority = Priority.NORMAL
    is_secret: bool = False
    not_before: datetime | None = None


@transaction.atomic
def enqueue(message: Message, *, now: datetime | None = None) -> UUID:
    """Write a message to be sent once the transaction commits; return its id. Raises Invalid, ChannelClosed."""
    now = now or timezone.now()
    row = _row(message, now)
    leave_out_marked([row], now)
    Outgoing.objects.bulk_create([row], ignore_conflicts=True)
    if row.state == State.QUEUED:
        at = row.next_attempt_at if row.next_attempt_at > now else None
        defer_send(channel=row.channel, ids=[row.pk], priority=Priority(row.priority), at=at)
    return row.pk


def enqueue_mail(
    to: str,
    *,
    subject: str,
    text: str,
    language: str,
    person_id: UUID | None = None,
    secret: bool = False,
    url: str = "",
    label: str = "",
    reason: str = "",
    priority: Priority = Priority.NOW,
    dedupe_key: str | None = None,
) -> UUID:
    """Write one e-mail in the house's layout, from the territory in force; return its id. Raises Invalid.

    `text` is plain; `url` with its `label` becomes the button. A `secret` one belongs to no territory, and its words
    are wiped once it has left. It goes before all others unless told otherwise.
    """
    territory = territory_in_force()
    words = compose(place_of(territory, language), subject=subject, text=text, reason=reason, url=url, label=label)
    return enqueue(
        Message(
            address=to,
            subject=subject,
            text=words.text,
            html=words.html,
            sender=sender_of(territory),
            person_id=person_id,
            headers=reply_headers(territory),
            priority=priority,
            dedupe_key=dedupe_key,
            is_secret=secret,
        )
    )


@transaction.atomic
def enqueue_many(messages: Iterable[Message], *, now: datetime | None = None) -> int:
    """Write many messages in a few statements, with one task a hundred; return how many were taken.

    An address nothing can be sent to is kept as refused, so that one wrong address stops nobody. Raises ChannelClosed.
    """
    now = now or timezone.now()
    rows = [_row(message, now, keep_invalid=True) for message in messages]
    leave_out_marked(rows, now)
    Outgoing.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)
    groups: dict[tuple[str, int, datetime | None], list[UUID]] = defaultdict(list)
    for row in rows:
        if row.state == State.QUEUED:
            at = row.next_attempt_at if row.next_attempt_at > now else None
            groups[row.channel, row.priority, at].append(row.pk)
    for (name, priority, at), ids in groups.items():
        defer_sends(channel=name, ids=ids, priority=Priority(priority), at=at)
    return len(rows)


def _row(message: Message, now: datetime, *, keep_invalid: bool = False) -> Outgoing:
    context, key = current(), new_id()
    row = Outgoing(
        id=key,
        # A sign-in code belongs to no territory: only the sender reads it.
        territory_id=None if message.is_secret or context.scope is not Scope.TERRITORY else context.territory_id,
        person_id=message.person_id,
        channel=message.channel,
        address=message.address,
        name=message.name[:120],
        sender=message.sender,
        subject=" ".join(message.subject.split())[:250],
        text=message.text,
        html=message.html,
        headers=dict(message.headers),
        is_secret=message.is_secret,
        priority=int(message.priority),
        message_id=f"<{key.hex}@{mail_domain()}>",
        dedupe_key=message.dedupe_key,
        created_at=now,
        next_attempt_at=max(now, message.not_before or now),
    )
    try:
        row.address = channel(message.channel).clean(message.address)
    except Invalid as error:
        if not keep_invalid:
            raise
        row.state, row.error = State.FAILED, str(error.message)[:300]
        if row.is_secret:
            row.subject = row.text = row.html = ""
    return row


def sender_of(territory: Territory | None) -> str:
    """Return the sender of a territory's e-mails: its name, at the instance's own address."""
    if territory is None:
        return settings.DEFAULT_FROM_EMAIL
    name = territory.name.replace("\\", "").replace('"', "")  # encoded for the line by whoever sends it
    return f'"{name}" <{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}>'


def reply_headers(territory: Territory | None, reply_to: str = "") -> dict[str, str]:
    """Return where answers go: to `reply_to`, which also names the conversation, else to the town hall's address."""
    if reply_to:
        return {"Reply-To": reply_to, "References": f"<{reply_to}>"}
    return {"Reply-To": territory.email} if territory and territory.email else {}


def mail_domain() -> str:
    """Return the domain that stands in Message-IDs: that of the instance's own address."""
    return _domain_of(settings.DEFAULT_FROM_EMAIL)


@lru_cache(maxsize=8)
def _domain_of(sender: str) -> str:
    return parseaddr(sender)[1].rpartition("@")[2] or "localhost"


@transaction.atomic
def forget_old(*, now: datetime) -> int:
    """Delete messages that left, or could not, longer ago than ``DELIVERY_KEPT_DAYS``; return how many."""
    before = now - timedelta(days=settings.DELIVERY_KEPT_DAYS)
    with use(scope=Scope.DELIVERY):
        finished = Outgoing.objects.exclude(state__in=[State.QUEUED, State.SENDING])
        count, _ = finished.filter(created_at__lt=before).delete()
        LocalCopy.objects.filter(at__lt=before).delete()
    forget_marks(now)
    return count
