"""What this package itself holds: requests and their answers, consents, decisions made by programs."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from . import operations
from .models import Consent, DataRequest, Decision, ErasureRequest


def export_requests(person_id: UUID) -> dict[str, Any]:
    """Return what a person asked the territory in force about their data, what they agreed to, what was decided."""
    return {
        "erasures": [
            {
                "state": row.state,
                "asked_at": row.asked_at.isoformat(),
                "decided_at": _iso(row.decided_at),
                "reason": row.reason,
                "kept": row.kept,
            }
            for row in ErasureRequest.objects.filter(person_id=person_id)
        ],
        "requests": [
            {
                "kind": row.kind,
                "words": row.words,
                "state": row.state,
                "asked_at": row.asked_at.isoformat(),
                "decided_at": _iso(row.decided_at),
                "answer": row.answer,
            }
            for row in DataRequest.objects.filter(person_id=person_id)
        ],
        "consents": [
            {
                "purpose": row.purpose,
                "version": row.version,
                "given": row.is_given,
                "channel": row.channel,
                "at": row.at.isoformat(),
            }
            for row in Consent.objects.filter(person_id=person_id)
        ],
        "decisions": [
            {
                "decision": row.name,
                "outcome": row.outcome,
                "reasons": row.reasons,
                "factors": row.factors,
                "at": row.at.isoformat(),
            }
            for row in Decision.objects.filter(person_id=person_id)
        ],
    }


def keep_requests(person_id: UUID, now: datetime) -> Iterable[str]:
    """Withdraw every consent, forget the decisions; keep requests and ledger: they prove that the law was followed."""
    operations.withdraw_all(person_id=person_id, now=now)
    Decision.objects.filter(person_id=person_id).delete()
    mine = {"person_id": person_id}
    if any(model.objects.filter(**mine).exists() for model in (ErasureRequest, DataRequest)):
        yield _("Your requests about your data and our answers: proof that they were carried out.")
    if Consent.objects.filter(**mine).exists():
        yield _("What you agreed to and took back, without your name: proof that we asked.")


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
