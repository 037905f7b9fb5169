"""Personal data of the inbox: what a territory told somebody."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from .models import InboxMessage


def export(person_id: UUID) -> Any:
    """Return a person's messages from the territory in force, JSON-ready."""
    return [
        {
            "subject": row.subject,
            "text": row.text,
            "topic": row.topic,
            "created_at": row.created_at.isoformat(),
            "read_at": row.read_at.isoformat() if row.read_at else None,
        }
        for row in InboxMessage.objects.filter(person_id=person_id).order_by("created_at")
    ]


def erase(person_id: UUID, now: datetime) -> Iterable[str]:
    """Delete a person's messages from the territory in force. Nothing has to be kept."""
    InboxMessage.objects.filter(person_id=person_id).delete()
    return ()
