"""What a hand-over carries and how it is listed."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from parvis.core.cases.kinds import luggage_of
from parvis.core.cases.models import Case, HandOver, Message, PartnerMessage, Side
from parvis.core.cases.workflow import HandOverState
from parvis.core.tenancy.models import Territory
from parvis.core.territories.queries import belonging_with
from parvis.lib.actor import Actor

from .glance import person_of


def frozen_copy(case: Case, *, with_contact: bool, with_talk: bool = True) -> dict[str, Any]:
    """Return the copy of a case that another body receives: history and messages, never internal notes.

    With `with_contact` also how to reach the person, who must have agreed. `details` is what the case's module sends
    along; `trail` the territories the case came through.
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
        "messages": _messages(case) if with_talk else [],
        "details": luggage_of(case),
        "trail": trail_of(case),
    }
    if with_contact:
        copy["contact"] = _contact(case)
    return copy


BARE = ("code", "kind", "channel", "state", "opened_at", "due_at", "history", "trail")


def bare_copy(frozen: dict[str, Any]) -> dict[str, Any]:
    """Return what is left of a frozen copy after erasure: kind, dates and states, without words, place or anybody."""
    return {name: frozen[name] for name in BARE if name in frozen}


def files_in(frozen: dict[str, Any]) -> Iterator[dict[str, str]]:
    """Yield the photos and documents that a frozen copy speaks of, each with its `id` (if it came along) and `name`."""
    for message in frozen.get("messages", []):
        yield from message["files"]
    yield from frozen.get("details", {}).get("files", [])


def trail_of(case: Case) -> list[str]:
    """Return the ids of the territories a case came through, this one last, while they wait for what becomes of it."""
    rows = HandOver.objects.filter(case=case, side=Side.RECEIVED, ended_at=None)
    before = [step for row in rows for step in row.frozen.get("trail", [str(row.body_id)])]
    return [*before, str(case.territory_id)]


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
            "files": [{"id": str(entry.file_id), "name": entry.file.name} for entry in row.files.all()],
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


def came_from_elsewhere(case: Case) -> bool:
    """Tell whether another body handed the case over to us: that body keeps telling the person how it stands."""
    return HandOver.objects.filter(case=case, side=Side.RECEIVED).exists()


def receivers_of(case: Case) -> list[Territory]:
    """Return the territories a case may be handed over to: the bodies of its own, and their members."""
    return list(belonging_with(case.territory_id).order_by("name"))


def handed_to_partners(*, organisation_id: UUID | None = None) -> QuerySet[HandOver]:
    """Return what was handed to organisations, newest first; in scope ``partner``, to those one may act for."""
    rows = HandOver._base_manager.filter(side=Side.SENT, organisation__isnull=False)
    if organisation_id is not None:
        rows = rows.filter(organisation_id=organisation_id)
    return rows.select_related("organisation", "territory").order_by("-sent_at", "-id")


def partner_talk(hand_over: HandOver) -> QuerySet[PartnerMessage]:
    """Return what staff and an organisation said to each other about a hand-over, oldest first."""
    rows = PartnerMessage._base_manager.filter(hand_over=hand_over, territory_id=hand_over.territory_id)
    return rows.order_by("at", "id")


def partners_waiting() -> QuerySet[HandOver]:
    """Return the hand-overs whose organisation wrote and waits for an answer, oldest first."""
    rows = HandOver.objects.filter(awaiting_since__isnull=False, side=Side.SENT)
    return rows.select_related("case", "organisation").order_by("awaiting_since")


def count_partners(actor: Actor) -> int:
    """Count the organisations that wrote about a case and wait for an answer."""
    return partners_waiting().count()
