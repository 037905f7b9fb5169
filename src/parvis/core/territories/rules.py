"""Who may tie territories together."""

from parvis.lib.actor import Actor


def can_manage(actor: Actor) -> bool:
    """Tell whether somebody may decide for the territory: join a body, delegate a service, accept a publisher."""
    return actor.may("territories.manage")


def can_create(actor: Actor) -> bool:
    """Tell whether somebody may add a territory to the instance: the operator, from the command line."""
    return actor.is_system


def can_archive(actor: Actor) -> bool:
    """Tell whether somebody may export or import a whole territory: the operator, from the command line."""
    return actor.is_system
