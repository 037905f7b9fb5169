"""Reactions to events; each is safe to run twice."""

from django.utils import timezone

from parvis.core.events.operations import Event

from . import operations


def follow_leaving(event: Event) -> None:
    """End the residency of whoever has withdrawn from the town: it may no longer see where they live."""
    if event.actor_id is not None:
        operations.end_unseen(person_id=event.actor_id, now=timezone.now())
