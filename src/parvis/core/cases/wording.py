"""States and history in plain words, for the person and for the staff."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from parvis.core.identity.models import Person
from parvis.core.tenancy.context import current_territory_id
from parvis.core.territories.queries import delegates_staff

from .models import Case, CaseEvent, ClockReason, ClockStop
from .workflow import HandOverState, State

HISTORY = {
    "opened": _("Received"),
    "started": _("Taken in charge"),
    "person_attached": _("The person is known now"),
    "person_detached": _("Whose case it is was taken back"),
    "renamed": _("Summary changed"),
    "became": _("Given to another service"),
    "moved": _("Place corrected"),
    "assigned": _("Given to a team or a colleague"),
    "message_sent": _("Message"),
    "note_added": _("Internal note"),
    "clock_stopped": _("The clock stops"),
    "clock_resumed": _("The clock goes on"),
    "promised": _("Promised delay changed"),
    "closed": _("Finished"),
    "reopened": _("Taken up again"),
    "rated": _("The person said whether it is settled"),
    "linked": _("Linked to another case"),
    "unlinked": _("Link taken back"),
    "merged": _("Joined to another request about the same thing"),
    "absorbed": _("Another request about the same thing was joined"),
    "unmerged": _("Taken apart again: it goes on by itself"),
    "parted": _("A request joined here was taken apart again"),
    "followed": _("Somebody follows it"),
    "unfollowed": _("Somebody stopped following it"),
    "link_replaced": _("The secret link was replaced"),
    "handed_over": _("Handed over to another body"),
    "passed_on": _("Passed on to another body"),
    "received": _("Handed over to us"),
    "partner_message": _("Message with the organisation"),
    "hand_over_accepted": _("The other body takes it on"),
    "hand_over_refused": _("The other body does not take it on"),
    "hand_over_withdrawn": _("The hand-over was taken back"),
    "hand_over_returned": _("Sent back by the other body"),
    "hand_over_done": _("Finished by the other body"),
    "partner_link_replaced": _("The secret link of the organisation was replaced"),
    "photo_blurred": _("Parts of a photo were blurred"),
    "photo_unblurred": _("A photo is no longer blurred"),
}
SAVED = {
    "opened_online": _("opened online"),
    "online_replies": _("replies written online"),
    "unasked_news": _("news sent before anybody had to ask"),
    "online_files": _("messages that carried a document"),
}
PARTNER_STATES: dict[str, Any] = {
    HandOverState.OFFERED: _("Waits for your answer"),
    HandOverState.ACCEPTED: _("You look after it"),
    HandOverState.REFUSED: _("You said no"),
    HandOverState.RETURNED: _("Given back"),
    HandOverState.DONE: _("Done"),
    HandOverState.WITHDRAWN: _("Taken back by the municipality"),
}
NOW_WORDS = {
    State.RECEIVED: _("We received your request"),
    State.OPEN: _("We are working on it"),
    State.WAITING: _("It waits for the moment"),
    State.CLOSED: _("It is finished"),
    State.MERGED: _("We look after it together with another request"),
}

STANDS = _("The promised delay stands still meanwhile; we tell you when it goes on, and by when we answer.")


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a case stands, for its person: now, what happens next, by when, and whether we are late.

    `meanwhile` says what becomes of the promise while the clock stands.
    """

    now: Any
    next: Any
    due_at: datetime | None = None
    tone: str = "info"
    meanwhile: Any = ""


def standing_of(case: Case, stop: ClockStop | None, now: datetime) -> Standing:
    """Return where a case stands in plain words; `stop` is the stop of the clock that lasts, if any."""
    words = NOW_WORDS[State(case.state)]
    if case.state == State.CLOSED:
        return Standing(words, _("If it is not settled, tell us: we can take it up again."), tone="ok")
    if case.state == State.MERGED:
        return Standing(words, _("You will be told like the person who asked first."), tone="ok")
    if case.state == State.WAITING and stop is not None:
        meanwhile = STANDS if case.due_days is not None else ""
        if stop.reason == ClockReason.PERSON:
            asked = _("Answer below: the work goes on as soon as you do.")
            return Standing(ClockReason.PERSON.label, asked, tone="attention", meanwhile=meanwhile)
        return Standing(words, _sentence(ClockReason(stop.reason).label), meanwhile=meanwhile)
    if case.is_late(now):
        sorry = _("We are late on what we promised. It stays on our list until it is done.")
        return Standing(words, sorry, tone="late")
    if case.due_at is None:
        return Standing(words, _("We write to you as soon as there is news."))
    return Standing(words, _("We answer by this date:"), case.due_at)


def _sentence(label: Any) -> str:
    return f"{label}."


def steps_of(events: Iterable[CaseEvent]) -> list[dict[str, Any]]:
    """Return a history as the person reads it: what and when; the messages stand in the conversation."""
    return [
        {"title": HISTORY.get(event.name, event.name), "at": event.at}
        for event in events
        if event.name != "message_sent"
    ]


@dataclass(frozen=True, slots=True)
class Moment:
    """A line of the history as it is read."""

    at: datetime
    title: Any
    who: str = ""
    channel: str = ""
    detail: Any = ""
    is_internal: bool = False


def names_of(ids: Iterable[UUID | None]) -> dict[UUID, str]:
    """Return the names of people that the territory may see, in one read; and of staff of those it delegates to."""
    wanted = {pk for pk in ids if pk is not None}
    names = dict(Person.objects.filter(pk__in=wanted).values_list("pk", "name")) if wanted else {}
    return names | delegates_staff(current_territory_id(), wanted - names.keys())


def moments_of(events: Sequence[CaseEvent]) -> list[Moment]:
    """Return a history in words, with the names of who acted, for staff."""
    names = names_of(event.actor_id for event in events)
    return [
        Moment(
            at=event.at,
            title=HISTORY.get(event.name, event.name),
            who=names.get(event.actor_id, "") if event.actor_id else "",
            channel=event.get_channel_display(),
            detail=ClockReason(event.data["reason"]).label if event.name == "clock_stopped" else "",
            is_internal=event.is_internal,
        )
        for event in events
    ]
