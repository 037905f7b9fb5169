"""Reactions to what happens elsewhere."""

from parvis.core.events.operations import Event

from .operations import ensure_standard_roles


def give_roles(event: Event) -> None:
    """A new territory gets the standard roles."""
    ensure_standard_roles(event.territory_id)
