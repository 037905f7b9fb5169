"""On whose behalf an act upon a residency is done."""

from parvis.lib.actor import Actor

from ..models import Residency


def working_for(actor: Actor, residency: Residency) -> Actor:
    """Return the actor as working for whose residency it is: themselves, or somebody at the counter."""
    return actor if actor.person_id == residency.person_id else actor.on_behalf_of(residency.person_id, actor.channel)
