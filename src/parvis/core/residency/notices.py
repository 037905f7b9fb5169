"""What a person is told of their residency."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from parvis.core.events.operations import Event
from parvis.core.registry.entries import Notice, Recipient

from .models import Residency
from .queries import options


def person(event: Event) -> Iterable[Recipient]:
    """Yield whose residency it is."""
    row = Residency.objects.filter(pk=event.subject_id).first()
    if row is not None:
        yield Recipient(person_id=row.person_id)


def words(event: Event) -> Mapping[str, Any]:
    """Return the residency, how long its rights hold, and its page."""
    row = Residency.objects.get(pk=event.subject_id)
    return {"residency": row, "options": options(), "path": reverse("residency:mine"), "label": _("Open the page")}


NOTICES = [
    Notice(f"residency.{name}", "person", person, words)
    for name in ("proven", "letter_printed", "ending", "lapsed", "ended")
]
