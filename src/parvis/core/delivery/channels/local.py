"""The local adapter of every channel: keeps what would be sent, without a network. For the demo, and for tests."""

from collections.abc import Sequence
from types import TracebackType
from typing import Self

from django.db import transaction

from parvis.core.tenancy.context import use
from parvis.core.tenancy.guard import Scope

from ..models import LocalCopy
from .protocol import Envelope, Outcome, Result


class LocalAdapter:
    """Stores copies, a batch in one statement."""

    batch = 500

    def __init__(self, channel: str) -> None:
        self.channel = channel

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        return None

    def send(self, envelopes: Sequence[Envelope]) -> Sequence[Result]:
        """Keep the envelopes; one that is there already is not kept twice."""
        copies = [
            LocalCopy(
                territory_id=envelope.territory_id,
                person_id=envelope.person_id,
                channel=self.channel,
                address=envelope.address,
                name=envelope.name,
                sender=envelope.sender,
                subject=envelope.subject,
                text=envelope.text,
                html=envelope.html,
                message_id=envelope.message_id,
            )
            for envelope in envelopes
        ]
        with transaction.atomic(), use(scope=Scope.DELIVERY):
            LocalCopy.objects.bulk_create(copies, ignore_conflicts=True)
        return [Result(envelope.id, Outcome.SENT) for envelope in envelopes]
