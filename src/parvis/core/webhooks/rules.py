"""Who may let machines outside be told."""

from parvis.core.tenancy.context import current_territory_id
from parvis.lib.actor import Actor


def can_manage_webhooks(actor: Actor) -> bool:
    """Tell whether a member of staff subscribes machines outside and reads what was sent to them."""
    return actor.may("webhooks.manage", territory_id=current_territory_id())
