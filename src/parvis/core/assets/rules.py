"""Who may change what the municipality owns."""

from parvis.core.tenancy.context import current_territory_id
from parvis.lib.actor import Actor


def can_manage(actor: Actor) -> bool:
    """Tell whether somebody may import assets of the territory in force and change their state."""
    return actor.may("assets.manage", territory_id=current_territory_id())
