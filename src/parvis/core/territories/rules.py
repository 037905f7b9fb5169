"""Who may tie territories together."""

from typing import Any

from parvis.lib.actor import Actor


def can_manage(actor: Actor, territory: Any = None) -> bool:
    """Tell whether somebody may decide for a territory (an object or an id; the actor's own unless given).

    To decide is to join a body, delegate a service, accept a publisher, and to end each of these.
    """
    return actor.may("territories.manage", territory_id=getattr(territory, "pk", territory))


def can_create(actor: Actor) -> bool:
    """Tell whether somebody may add a territory to the instance: the operator, from the command line."""
    return actor.is_system


def can_archive(actor: Actor) -> bool:
    """Tell whether somebody may export or import a whole territory: the operator, from the command line."""
    return actor.is_system
