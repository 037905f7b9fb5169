"""What files hold about people: exported as a list, erased with their bytes."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from .blurring import forget_original
from .models import StoredFile
from .operations import delete_file


def export(person_id: UUID) -> list[dict[str, object]]:
    """Return what somebody handed in."""
    rows = StoredFile.objects.filter(person_id=person_id).order_by("created_at")
    return [
        {
            "id": str(row.pk),
            "name": row.name,
            "purpose": row.purpose,
            "size": row.size,
            "at": row.created_at.isoformat(),
        }
        for row in rows
    ]


def erase(person_id: UUID, now: datetime) -> Iterable[str]:
    """Delete somebody's private files; a photo that staff have published stays as it is shown, without its owner."""
    for stored in StoredFile.objects.filter(person_id=person_id, is_public=False):
        delete_file(stored)
    for stored in StoredFile.objects.filter(person_id=person_id, has_original=True):
        forget_original(stored)
    StoredFile.objects.filter(person_id=person_id).update(person_id=None)
    return []
