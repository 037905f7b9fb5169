"""Who may see how many residents are served."""

from parvis.lib.actor import Actor


def can_see_adoption(actor: Actor) -> bool:
    """Tell whether somebody may read the adoption figures: any staff of the territory."""
    return actor.is_staff()
