"""What machines outside are told of a case of any kind: numbers, states, moments, links, never a word or a name."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from parvis.core.events.operations import Event
from parvis.core.registry.entries import WebhookEvent

from .models import Case, HandOver

PLAIN = ("before", "reason", "rating")
"""What an event says that may leave as it is: states and numbers."""
READERS = frozenset({"person", "staff", "partner"})
"""To whom a message may be; the rest of what `to` holds is a number of the house."""
OTHERS = {"into": "into", "other": "absorbed"}
"""Where an event names another case, and what machines hear its code as."""


def told(event: Event) -> Mapping[str, Any]:
    """Return a case as it stands now, with what the event says of the step; its address is for staff."""
    case = Case.objects.select_related("team").get(pk=event.subject_id)
    return {
        "code": case.code,
        "kind": case.kind,
        "status": case.state,
        "channel": case.channel,
        "team": case.team.slug if case.team else None,
        "opened_at": case.opened_at.isoformat(),
        "due_at": case.due_at.isoformat() if case.due_at else None,
        "closed_at": case.closed_at.isoformat() if case.closed_at else None,
        "staff_path": reverse("cases_bureau:case", args=[case.code]),
        **dict(_of_the_step(event)),
    }


def _of_the_step(event: Event) -> Iterator[tuple[str, Any]]:
    """Yield what this event says beside the case: where it went, to whom a message is, what it was joined with."""
    said = event.data
    yield from ((name, said[name]) for name in PLAIN if name in said)
    if said.get("to") in READERS:
        yield "to", said["to"]
    if "hand_over" in said:
        yield from _hand_over(said["hand_over"])
    for name, heard in OTHERS.items():
        if name in said:
            yield heard, Case.objects.filter(pk=said[name]).values_list("code", flat=True).first()


def _hand_over(pk: str) -> Iterator[tuple[str, Any]]:
    found = HandOver.objects.filter(pk=pk).select_related("body", "organisation").first()
    if found is not None:
        yield "hand_over", found.state
        other = found.body or found.organisation
        yield "with", other.slug if other else None
        yield "code_there", found.other_code or None


WEBHOOK_EVENTS = [
    WebhookEvent("cases.opened", _("A request is opened"), told),
    WebhookEvent("cases.started", _("Somebody begins to work on it"), told),
    WebhookEvent("cases.assigned", _("It is given to a team or a colleague"), told),
    WebhookEvent("cases.message_sent", _("A message is written, to the person or by them"), told),
    WebhookEvent("cases.clock_stopped", _("Something is awaited: its delay stands still"), told),
    WebhookEvent("cases.clock_resumed", _("What was awaited has come: its delay runs again"), told),
    WebhookEvent("cases.promised", _("Its promised moment changes"), told),
    WebhookEvent("cases.moved", _("Its place is put right"), told),
    WebhookEvent("cases.closed", _("It is closed"), told),
    WebhookEvent("cases.reopened", _("It is taken up again"), told),
    WebhookEvent("cases.rated", _("Its person says whether it is settled"), told),
    WebhookEvent("cases.merged", _("It is joined with another"), told),
    WebhookEvent("cases.absorbed", _("Another is joined with it"), told),
    WebhookEvent("cases.unmerged", _("It stands alone again"), told),
    WebhookEvent("cases.handed_over", _("It is handed over to another body"), told),
    WebhookEvent("cases.received", _("Another body hands one over to us"), told),
    WebhookEvent("cases.hand_over_accepted", _("Who it was handed over to accepts it"), told),
    WebhookEvent("cases.hand_over_refused", _("Who it was handed over to refuses it"), told),
    WebhookEvent("cases.hand_over_returned", _("Who it was handed over to sends it back"), told),
    WebhookEvent("cases.hand_over_done", _("Who it was handed over to has finished"), told),
    WebhookEvent("cases.hand_over_withdrawn", _("Its hand-over is taken back"), told),
    WebhookEvent("cases.partner_message", _("An organisation writes about it, or is written to"), told),
]
