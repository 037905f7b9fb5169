"""What an import left about people: the addresses by which they were recognised."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from .models import ConfirmedContact


def export(person_id: UUID) -> list[dict[str, str]]:
    """Return the addresses that came with an archive."""
    return [{"email": row.email} for row in ConfirmedContact.objects.filter(person_id=person_id)]


def erase(person_id: UUID, now: datetime) -> Iterable[str]:
    """Delete them: nothing has to be kept."""
    ConfirmedContact.objects.filter(person_id=person_id).delete()
    return []
