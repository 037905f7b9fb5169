"""What is said to whom when something happens to a case. A module that tells itself closes and writes `quiet`."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from parvis.core.events.operations import Event
from parvis.core.registry.entries import Notice, Recipient

from .models import Case, ClockReason, Follower, Message


def _case(event: Event) -> Case:
    return Case.objects.get(pk=event.subject_id)


def _whose(case: Case) -> Iterable[Recipient]:
    if case.person_id:
        yield Recipient(person_id=case.person_id)
    elif case.contact_email:
        yield Recipient(email=case.contact_email, name=case.contact_name, language=case.language)


def person(event: Event) -> Iterable[Recipient]:
    """Yield whose case it is, unless a module tells them itself or they said it themselves."""
    if event.data.get("quiet") or event.data.get("to") == "staff":
        return
    # Why the clock stopped for an answer is said in the message that asks.
    if event.data.get("reason") == ClockReason.PERSON:
        return
    yield from _whose(_case(event))


def joined(event: Event) -> Iterable[Recipient]:
    """Yield whose case was joined to another, and those who followed it."""
    case = _case(event)
    yield from _whose(case)
    for row in Follower.objects.filter(case=case):
        if row.person_id:
            yield Recipient(person_id=row.person_id)
        else:
            yield Recipient(email=row.email, name=row.name, language=row.language)


def words(event: Event) -> Mapping[str, Any]:
    """Return what the templates need, as the case stands now; the page is for those who can sign in."""
    case = _case(event)
    reason = event.data.get("reason", "")
    return {
        "case": case,
        "text": _text(event, case),
        "reason": ClockReason(reason).label if reason in ClockReason.values else "",
        "path": reverse("cases:detail", args=[case.code]) if case.person_id else "",
        "label": _("Open my request"),
    }


def _text(event: Event, case: Case) -> str:
    if event.name == "cases.closed":
        last = Message.objects.filter(case=case, from_staff=True, at=event.at).last()
        return last.text if last else ""
    if "message" in event.data:
        return Message.objects.values_list("text", flat=True).filter(pk=UUID(event.data["message"])).first() or ""
    return ""


NOTICES = [
    Notice("cases.message_sent", to="person", audience=person, context=words, reason=_("You made this request.")),
    Notice("cases.clock_stopped", to="person", audience=person, context=words, reason=_("You made this request.")),
    Notice("cases.closed", to="person", audience=person, context=words, reason=_("You made this request.")),
    Notice("cases.merged", to="person and followers", audience=joined, context=words, reason=_("You follow it.")),
]
