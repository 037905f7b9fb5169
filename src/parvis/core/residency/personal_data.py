"""What is held about where people live: exported whole; erased but for the dates."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from .models import Letter, Residency, TaxTry
from .operations import forget_residencies


def export(person_id: UUID) -> dict[str, Any]:
    """Return somebody's residencies and letters in the territory in force, never a code."""
    return {
        "residencies": [
            {
                "address": row.address,
                "state": row.state,
                "claimed_at": _iso(row.claimed_at),
                "proof": row.proof,
                "proven_at": _iso(row.proven_at),
                "valid_until": _iso(row.valid_until),
                "ended_at": _iso(row.ended_at),
                "ended_because": row.ended_because,
            }
            for row in Residency.objects.filter(person_id=person_id)
        ],
        "letters": [
            {
                "address": row.address,
                "asked_at": _iso(row.asked_at),
                "printed_at": _iso(row.printed_at),
                "used_at": _iso(row.used_at),
            }
            for row in Letter.objects.filter(person_id=person_id)
        ],
        "wrong_tax_bills": [_iso(row.tried_at) for row in TaxTry.objects.filter(person_id=person_id)],
    }


def erase(person_id: UUID, now: datetime) -> Iterable[str]:
    """End what stands and take the addresses out."""
    forget_residencies(person_id=person_id, now=now)
    return []


def _iso(moment: datetime | date | None) -> str | None:
    return moment.isoformat() if moment else None
