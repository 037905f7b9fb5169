"""Reactions: whoever lives here no more shows no code that says so."""

from django.utils import timezone

from parvis.core.events.operations import Event
from parvis.core.residency.models import Residency

from . import operations


def void_what_they_say(event: Event) -> None:
    """Revoke the codes so far of somebody whose residency ended; their phone shows new ones. May run twice."""
    person_id = Residency.objects.filter(pk=event.subject_id).values_list("person_id", flat=True).first()
    if person_id is not None:
        operations.void_codes(person_id=person_id, now=timezone.now())
