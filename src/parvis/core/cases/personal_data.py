"""What cases hold about people: exported whole, and erased down to what the municipality must be able to prove."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from parvis.core.files.models import StoredFile
from parvis.core.files.operations import delete_file

from . import queries
from .models import Case, CaseEvent, ClockStop, Follower, HandOver, Message, MessageFile, Note, SavedFilter

ERASED_SUBJECT = "—"


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

    An open case stays open, in nobody's name. Bare ids stay in the append-only history.
    """
    SavedFilter.objects.filter(owner_id=person_id).delete()
    Follower.objects.filter(person_id=person_id).delete()
    cases = list(Case.objects.filter(person_id=person_id).values_list("pk", flat=True))
    if not cases:
        return []
    sent = MessageFile.objects.filter(message__case__in=cases).values("file_id")
    for stored in StoredFile.objects.filter(pk__in=sent):
        delete_file(stored)
    Message.objects.filter(case__in=cases).update(text="", person_id=None, erased_at=now)
    Message.objects.filter(author_id=person_id).update(author_id=None)
    Note.objects.filter(case__in=cases).update(text="", erased_at=now)
    ClockStop.objects.filter(case__in=cases).update(person_id=None)
    HandOver.objects.filter(case__in=cases).update(frozen={}, answer={}, reason="")
    Case.objects.filter(pk__in=cases).update(
        person=None,
        contact_name="",
        contact_email="",
        contact_phone="",
        subject=ERASED_SUBJECT,
        place="",
        lat=None,
        lon=None,
        search_text="",
        awaiting_reply_since=None,
    )
    lines = CaseEvent.objects.filter(case__in=cases).count()
    return [
        _("The kind, dates and states of %(cases)s requests (%(lines)s lines of history) stay, without your name.")
        % {"cases": len(cases), "lines": lines}
    ]
