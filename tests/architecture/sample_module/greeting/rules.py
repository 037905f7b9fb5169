"""Who may."""

from parvis.core.tenancy.context import current_territory_id
from parvis.lib.actor import Actor


def can_say(actor: Actor) -> bool:
    """Anybody known."""
    return actor.person_id is not None


def can_read(actor: Actor) -> bool:
    """Staff."""
    return actor.may("greeting.read", territory_id=current_territory_id())
