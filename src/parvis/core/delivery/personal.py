"""Personal data of the outbox: what a territory has sent to somebody, and its erasure."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from .models import LocalCopy, Outgoing, State
from .queries import sent_to


def export(person_id: UUID) -> Any:
    """Return what the territory in force has sent to a person, JSON-ready."""
    return [
        {
            "channel": row.channel,
            "address": row.address,
            "subject": row.subject,
            "text": row.text,
            "state": row.state,
            "created_at": row.created_at.isoformat(),
            "sent_at": row.sent_at.isoformat() if row.sent_at else None,
        }
        for row in sent_to(person_id)
    ]


def erase(person_id: UUID, now: datetime) -> Iterable[str]:
    """Delete what was sent to a person here, and what was about to be. Nothing has to be kept."""
    Outgoing.objects.filter(person_id=person_id).exclude(state=State.SENDING).delete()
    # The one on its way is emptied: the sender still has to note what became of it.
    Outgoing.objects.filter(person_id=person_id).update(text="", html="", subject="", name="", is_secret=True)
    LocalCopy.objects.filter(person_id=person_id).delete()
    return ()
