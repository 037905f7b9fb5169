"""What a sender is told: that the message has arrived, and which files could not be kept."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from parvis.core.cases import answers, links
from parvis.core.events.operations import Event
from parvis.core.registry.entries import Notice, Recipient
from parvis.core.tenancy.switches import settings_of

from .models import Arrival

_SILENT = ("noreply", "no-reply", "donotreply", "do-not-reply", "ne-pas-repondre", "mailer-daemon", "postmaster")


def opener(event: Event) -> Iterable[Recipient]:
    """Yield who wrote, unless the territory or the sender's address says that nobody wants to know."""
    arrival = Arrival.objects.select_related("case").get(pk=event.subject_id)
    wants = settings_of("inbound").says_received or arrival.refused
    if wants and arrival.case and not arrival.sender.startswith(_SILENT):
        yield from _sender(arrival)


def refused(event: Event) -> Iterable[Recipient]:
    """Yield who answered with something that could not be kept whole."""
    arrival = Arrival.objects.select_related("case").get(pk=event.subject_id)
    if arrival.case and (arrival.refused or arrival.is_cut):
        yield from _sender(arrival)


def _sender(arrival: Arrival) -> Iterable[Recipient]:
    """Yield whose case it is: never another address, which the letter may have made up."""
    case = arrival.case
    to = answers.address_of(case)
    if case.person_id:
        yield Recipient(person_id=case.person_id, reply_to=to)
    elif case.contact_email:
        yield Recipient(
            email=case.contact_email,
            name=case.contact_name,
            language=case.language,
            path=links.path_of(case),
            reply_to=to,
        )


def words(event: Event) -> Mapping[str, Any]:
    """Return what the templates need."""
    arrival = Arrival.objects.select_related("case").get(pk=event.subject_id)
    return {
        "case": arrival.case,
        "refused": arrival.refused,
        "is_cut": arrival.is_cut,
        "path": links.path_of(arrival.case),
        "label": _("Follow my request"),
    }


NOTICES = [
    Notice(
        "inbound.opened",
        to="sender",
        audience=opener,
        context=words,
        topic="cases",
        channels=("email",),
        reason=_("You wrote to the municipality."),
    ),
    Notice(
        "inbound.answered",
        to="sender",
        audience=refused,
        context=words,
        topic="cases",
        channels=("email",),
        reason=_("You wrote to the municipality."),
    ),
]
