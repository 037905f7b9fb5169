"""What this package itself holds: requests and their answers."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from .models import ErasureRequest


def export_requests(person_id: UUID) -> list[dict[str, Any]]:
    """Return what a person asked the territory in force about their data."""
    return [
        {
            "state": row.state,
            "asked_at": row.asked_at.isoformat(),
            "decided_at": row.decided_at.isoformat() if row.decided_at else None,
            "reason": row.reason,
            "kept": row.kept,
        }
        for row in ErasureRequest.objects.filter(person_id=person_id)
    ]


def keep_requests(person_id: UUID, now: datetime) -> Iterable[str]:
    """Keep the requests: they prove that the law was followed."""
    if ErasureRequest.objects.filter(person_id=person_id).exists():
        return [_("Your requests about your data and our answers: proof that they were carried out.")]
    return []
