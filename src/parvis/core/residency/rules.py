"""Who may say where they live, who may prove it, and for whom."""

from uuid import UUID

from parvis.core.identity.queries import has_entered
from parvis.core.tenancy.context import current_territory_id
from parvis.core.tenancy.here import territory_here
from parvis.lib.actor import Actor

from .models import Residency


def can_claim(actor: Actor, person_id: UUID | None) -> bool:
    """Tell whether the actor may say where somebody lives: oneself, once the town was entered; staff, for anyone.

    Nobody lives in a regional body: one lives in one of its members.
    """
    territory_id = current_territory_id()
    if territory_id is None or person_id is None or territory_here().is_regional:
        return False
    return can_prove_any(actor) or (actor.person_id == person_id and has_entered(person_id, territory_id))


def can_prove_any(actor: Actor) -> bool:
    """Tell whether a member of staff looks after residents here."""
    return actor.may("residency.prove", territory_id=current_territory_id())


def can_prove(actor: Actor, residency: Residency) -> bool:
    """Tell whether the actor may accept documents as a proof; never one's own."""
    return can_prove_any(actor) and actor.person_id != residency.person_id


def is_mine(actor: Actor, residency: Residency) -> bool:
    """Tell whether it is the actor's own, for which no right is needed."""
    return actor.person_id == residency.person_id


def can_change(actor: Actor, residency: Residency) -> bool:
    """Tell whether the actor may renew or end it: their own, or as staff."""
    return is_mine(actor, residency) or can_prove_any(actor)
