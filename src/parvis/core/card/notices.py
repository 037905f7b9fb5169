"""What a person is told of their card."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from parvis.core.events.operations import Event
from parvis.core.registry.entries import Notice, Recipient

from .models import Card


def holder(event: Event) -> Iterable[Recipient]:
    """Yield whose card it is."""
    row = Card.objects.filter(pk=event.subject_id).first()
    if row is not None:
        yield Recipient(person_id=row.person_id)


def words(event: Event) -> Mapping[str, Any]:
    """Return the card and its page."""
    row = Card.objects.get(pk=event.subject_id)
    return {"card": row, "path": reverse("card:mine"), "label": _("Open my card")}


NOTICES = [Notice(f"card.{name}", "holder", holder, words) for name in ("replaced", "ended")]
