"""What keys hold about people: who asked for them, in what words."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from .models import ApiKey
from .operations import erase_keys_of


def export(person_id: UUID) -> list[dict[str, Any]]:
    """Return the keys that somebody asked for in the territory in force, never a secret."""
    return [
        {
            "name": key.name,
            "purpose": key.purpose,
            "scopes": key.scopes,
            "organisation": key.organisation.name if key.organisation else None,
            "email": key.email,
            "state": key.state,
            "reason": key.reason,
            "prefix": key.prefix,
            "asked_at": key.asked_at.isoformat(),
            "expires_at": key.expires_at.isoformat() if key.expires_at else None,
            "last_used_at": key.last_used_at.isoformat() if key.last_used_at else None,
        }
        for key in ApiKey.objects.filter(person_id=person_id).select_related("organisation")
    ]


def erase(person_id: UUID, now: datetime) -> Iterable[str]:
    """Close and delete somebody's own keys; an organisation's stay, without who asked."""
    erase_keys_of(person_id=person_id)
    return []
