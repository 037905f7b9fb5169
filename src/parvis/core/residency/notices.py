"""What a person is told of their residency."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from parvis.core.events.operations import Event
from parvis.core.registry.entries import Notice, Recipient

from .models import Ending, Residency
from .queries import options

UNTOLD = {Ending.DEATH, Ending.WITHDRAWN, Ending.ERASED}
"""Ends of which nobody is told: there is nobody to read it, or they asked to be left alone."""


def person(event: Event) -> Iterable[Recipient]:
    """Yield whose residency it is."""
    row = Residency.objects.filter(pk=event.subject_id).first()
    if row is not None and row.ended_because not in UNTOLD:
        yield Recipient(person_id=row.person_id)


def words(event: Event) -> Mapping[str, Any]:
    """Return the residency, how long its rights hold, and its page."""
    row = Residency.objects.get(pk=event.subject_id)
    return {"residency": row, "options": options(), "path": reverse("residency:mine"), "label": _("Open the page")}


NOTICES = [
    Notice(f"residency.{name}", "person", person, words, topic="account")
    for name in ("proven", "letter_printed", "ending", "lapsed", "ended")
]
