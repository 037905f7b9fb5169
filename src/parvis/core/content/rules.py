"""Who may do what with a territory's pages and with its back office."""

from uuid import UUID

from parvis.lib.actor import Actor


def can_open(actor: Actor, territory_id: UUID | None = None) -> bool:
    """Tell whether the back office of a territory opens: to anyone who holds a role there."""
    territory_id = territory_id or actor.territory_id
    return territory_id is not None and actor.is_staff(territory_id)


def can_write(actor: Actor) -> bool:
    """Tell whether the actor may write drafts of pages and add pictures and documents."""
    return actor.may("content.write") or actor.may("content.publish")


def can_publish(actor: Actor) -> bool:
    """Tell whether the actor may publish pages and approve what others wrote."""
    return actor.may("content.publish")


def can_configure(actor: Actor) -> bool:
    """Tell whether the actor may change the territory's switches, colours, contact details and settings."""
    return actor.may("content.configure")
