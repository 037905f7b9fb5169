"""What a hand-over carries and how it is listed."""

from typing import Any

from django.db.models import QuerySet

from parvis.core.cases.models import Case, HandOver, Message, Side
from parvis.core.cases.workflow import HandOverState
from parvis.lib.actor import Actor

from .glance import person_of


def frozen_copy(case: Case, *, with_contact: bool) -> dict[str, Any]:
    """Return the copy of a case that another body receives: history and messages, never internal notes.

    With `with_contact` also how to reach the person, who must have agreed.
    """
    copy: dict[str, Any] = {
        "code": case.code,
        "kind": case.kind,
        "subject": case.subject,
        "place": case.place,
        "lat": case.lat,
        "lon": case.lon,
        "channel": case.channel,
        "state": case.state,
        "opened_at": case.opened_at.isoformat(),
        "due_at": case.due_at.isoformat() if case.due_at else None,
        "history": _history(case),
        "messages": _messages(case),
    }
    if with_contact:
        copy["contact"] = _contact(case)
    return copy


def _history(case: Case) -> list[dict[str, str]]:
    rows = case.events.filter(is_internal=False).order_by("at", "id")
    return [
        {"name": row.name, "at": row.at.isoformat(), "channel": row.channel, "from": row.from_state, "to": row.to_state}
        for row in rows
    ]


def _messages(case: Case) -> list[dict[str, Any]]:
    rows = Message.objects.filter(case=case).prefetch_related("files__file").order_by("at", "id")
    return [
        {
            "from_staff": row.from_staff,
            "at": row.at.isoformat(),
            "text": row.text,
            "files": [entry.file.name for entry in row.files.all()],
        }
        for row in rows
    ]


def _contact(case: Case) -> dict[str, str]:
    person = person_of(case)
    if person is not None:
        return {"name": person.name, "email": person.email, "phone": person.phone, "language": person.language}
    return {
        "name": case.contact_name,
        "email": case.contact_email,
        "phone": case.contact_phone,
        "language": case.language,
    }


def hand_overs_of(case: Case) -> QuerySet[HandOver]:
    """Return the hand-overs of a case, both sides, oldest first."""
    return HandOver.objects.filter(case=case).select_related("body", "organisation").order_by("sent_at")


def received_waiting() -> QuerySet[HandOver]:
    """Return what was handed over to the territory in force and waits for an answer."""
    rows = HandOver.objects.filter(side=Side.RECEIVED, state=HandOverState.OFFERED, ended_at=None)
    return rows.select_related("case", "body").order_by("sent_at")


def count_received(actor: Actor) -> int:
    """Count what was handed over to the actor's territory and waits for an answer."""
    return received_waiting().count()
