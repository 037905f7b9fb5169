"""What this package itself holds: requests and their answers, and the logs of the house."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from parvis.core.audit.models import Entry, View
from parvis.core.tenancy.context import current_territory_id

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


def export_logs(person_id: UUID) -> dict[str, Any]:
    """Return what was done for a person here, and who of the staff looked at their data."""
    acts = Entry.objects.filter(territory_id=current_territory_id(), beneficiary_id=person_id).order_by("at")
    looks = View.objects.filter(person_id=person_id).order_by("at")
    return {
        "acts": [{"at": row.at.isoformat(), "what": row.name, "channel": row.channel} for row in acts.iterator()],
        "looks": [{"at": row.at.isoformat(), "screen": row.reason} for row in looks.iterator()],
    }


def keep_logs(person_id: UUID, now: datetime) -> Iterable[str]:
    """Keep the logs: they hold no name and no text, and nobody may rewrite them."""
    if Entry.objects.filter(territory_id=current_territory_id(), beneficiary_id=person_id).exists():
        return [_("The log of what was done: numbers and dates without your name, which nobody may rewrite.")]
    return []
