"""Who may change what the municipality owns."""

from parvis.core.tenancy.context import current_territory_id
from parvis.lib.actor import Actor


def can_see(actor: Actor) -> bool:
    """Tell whether somebody may read the list of all that the municipality owns: any staff of the territory."""
    return actor.is_staff()


def can_manage(actor: Actor) -> bool:
    """Tell whether somebody may import assets here, and change one: its state, its place, who sees it."""
    return actor.may("assets.manage", territory_id=current_territory_id())
