"""Reactions to events: whatever a notice speaks of."""

from collections.abc import Iterator

from parvis.core.events.operations import Event
from parvis.core.registry.module import Handler
from parvis.core.registry.registry import Registry

from .operations import tell


def tell_people(event: Event) -> None:
    """Send the notices of an event."""
    tell(event)


def subscriptions(house: Registry) -> Iterator[tuple[str, Handler]]:
    """Yield a subscription for each event that some module's notice speaks of."""
    for _, notice in house.gather("notices"):
        yield notice.event, tell_people
