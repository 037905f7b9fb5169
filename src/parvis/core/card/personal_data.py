"""What is held about people's cards: exported whole; erased, with all their codes revoked."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from .models import Card
from .operations import forget_cards


def export(person_id: UUID) -> list[dict[str, Any]]:
    """Return somebody's cards in the territory in force; codes are not kept, so there are none to give."""
    return [
        {
            "number": card.number,
            "state": card.state,
            "issued_at": card.issued_at.isoformat(),
            "paper_until": card.paper_until.isoformat() if card.paper_until else None,
            "ended_at": card.ended_at.isoformat() if card.ended_at else None,
            "ended_because": card.ended_because,
        }
        for card in Card.objects.filter(person_id=person_id)
    ]


def erase(person_id: UUID, now: datetime) -> Iterable[str]:
    """Revoke what still holds and delete the cards."""
    forget_cards(person_id=person_id, now=now)
    return []
