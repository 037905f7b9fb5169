"""What reports hold about people: exported, and de-identified on erasure (the public history stays)."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from parvis.core.tenancy.context import current_territory_id
from parvis.core.ui.pagecache import bump

from . import queries
from .models import FieldStop, Issue, PassedOn, Submission, WorkRecord

ERASED = "—"


def export(person_id: UUID) -> list[dict[str, Any]]:
    """Return somebody's reports."""
    return [
        {
            "code": issue.code,
            "category": issue.category.slug,
            "description": issue.description,
            "answers": [{"question": row.question, "answer": row.answer} for row in queries.answered(issue)],
            "address": issue.address,
            "lat": issue.lat,
            "lon": issue.lon,
            "status": issue.status,
            "answer": issue.answer,
            "reported_at": issue.reported_at.isoformat(),
            **_outside(issue),
        }
        for issue in Issue.objects.filter(person_id=person_id).select_related("category").order_by("reported_at")
    ]


def _outside(issue: Issue) -> dict[str, Any]:
    """What came in by a program with the report, and where it was passed on to."""
    sent = Submission.objects.filter(issue=issue).first()
    passed = [
        {
            "body": row.endpoint.name,
            "service": row.service_code,
            "number": row.request_id,
            "status": row.remote_status,
            "notes": row.remote_notes,
        }
        for row in queries.passings_of(issue)
    ]
    return {"media_url": sent.media_url if sent else "", "passed_on": passed}


def erase(person_id: UUID, now: datetime) -> Iterable[str]:
    """Take the words and the link to the person away; the kind, the place and the dates stay."""
    mine = Issue.objects.filter(person_id=person_id)
    kept_there = sorted(set(PassedOn.objects.filter(issue__in=mine).values_list("endpoint__name", flat=True)))
    Submission.objects.filter(issue__in=mine).delete()
    PassedOn.objects.filter(issue__in=mine).update(remote_notes="")
    # The answer speaks to the person; a report that has ended keeps one, so that it is known to have had it.
    mine.exclude(answer="").update(answer=ERASED)
    # what a crew wrote of it stays inside, without words; what this person did for the town, without the person
    WorkRecord.objects.filter(issue__in=mine).exclude(note="").update(note=ERASED)
    WorkRecord.objects.filter(person_id=person_id).update(person_id=None)
    FieldStop.objects.filter(person_id=person_id).delete()
    kept = mine.update(person_id=None, description="", answers=[], is_text_public=False, idempotency_key=None)
    if kept:
        bump(current_territory_id())
    stays = [_("The kind, place and dates of %(n)s reports stay, without you.") % {"n": kept}] if kept else []
    asked_there = _("What was passed on to %(body)s is there, without your name: ask them to erase it.")
    return stays + [asked_there % {"body": name} for name in kept_there]
