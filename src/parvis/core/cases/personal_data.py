"""What cases hold about people: exported whole, and erased down to what the municipality must be able to prove."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from . import operations, queries
from .models import Case, CaseEvent, Follower, Message, PartnerMessage, SavedFilter


def export(person_id: UUID) -> dict[str, Any]:
    """Return somebody's cases with their history and conversation, and what they follow. Internal notes stay inside."""
    cases = Case.objects.filter(person_id=person_id).order_by("opened_at")
    return {
        "cases": [_exported(case) for case in cases],
        "followed": [
            {"code": row.case.code, "at": row.at.isoformat(), "name": row.name, "email": row.email}
            for row in Follower.objects.filter(person_id=person_id).select_related("case")
        ],
        "saved_filters": list(SavedFilter.objects.filter(owner_id=person_id).values_list("name", flat=True)),
        "written_as_staff": Message.objects.filter(author_id=person_id, from_staff=True).count(),
        "written_for_organisations": [
            {"at": row.at.isoformat(), "text": row.text}
            for row in PartnerMessage.objects.filter(author_id=person_id, from_partner=True)
        ],
    }


def _exported(case: Case) -> dict[str, Any]:
    stops = queries.stops_of(case)
    return {
        **queries.frozen_copy(case, with_contact=True),
        "contact_given": {"name": case.contact_name, "email": case.contact_email, "phone": case.contact_phone},
        "closed_at": case.closed_at.isoformat() if case.closed_at else None,
        "satisfaction": case.satisfaction,
        "clock_stops": [
            {
                "reason": stop.reason,
                "from": stop.stopped_at.isoformat(),
                "to": stop.resumed_at.isoformat() if stop.resumed_at else None,
            }
            for stop in stops
        ],
    }


def erase(person_id: UUID, now: datetime) -> Iterable[str]:
    """Take names, words, places and files away; the kind, the dates and the states stay, without anybody.

    An open case stays open, in nobody's name. Bare ids stay in the append-only history. What was handed over is emptied
    at the receiver as well.
    """
    SavedFilter.objects.filter(owner_id=person_id).delete()
    Follower.objects.filter(person_id=person_id).delete()
    PartnerMessage.objects.filter(author_id=person_id).update(author_id=None)
    cases = list(Case.objects.filter(person_id=person_id).values_list("pk", flat=True))
    if not cases:
        return []
    Message.objects.filter(author_id=person_id).update(author_id=None)
    operations.forget_cases(cases, now=now)
    lines = CaseEvent.objects.filter(case__in=cases).count()
    return [
        _("The kind, dates and states of %(cases)s requests (%(lines)s lines of history) stay, without your name.")
        % {"cases": len(cases), "lines": lines}
    ]
