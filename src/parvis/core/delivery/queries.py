"""What has been sent: for the demo's page, for staff, for the people concerned."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Count

from parvis.core.tenancy.context import use
from parvis.core.tenancy.guard import Scope
from parvis.lib.errors import NotFound

from .models import LocalCopy, Outgoing, Pause, State


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
