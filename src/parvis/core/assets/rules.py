"""Who may change what the municipality owns."""

from parvis.lib.actor import Actor


def can_manage(actor: Actor) -> bool:
    """Tell whether somebody may import assets and change their state."""
    return actor.may("assets.manage")
