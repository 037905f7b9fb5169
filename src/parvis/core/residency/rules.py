"""Who may say where they live, who may prove it, for whom; and what a territory keeps for its residents."""

from uuid import UUID

from parvis.core.identity.queries import has_entered
from parvis.core.registry.registry import registry
from parvis.core.tenancy.context import current_territory_id
from parvis.core.tenancy.here import territory_here
from parvis.lib.actor import Actor

from .models import Residency
from .queries import RESIDENT, options


def level_asked(code: str) -> int:
    """Return the level of trust that a deed (`Module.deeds`) asks in the territory in force. Raises KeyError."""
    if code in options().for_residents:
        return RESIDENT
    return {deed.code: deed.level for _, deed in registry().gather("deeds")}[code]


def may(actor: Actor, code: str) -> bool:
    """Tell whether the actor's level of trust is enough for a deed here, guest or resident; staff do it for anybody.

    A program with a key stands for everybody who is at its screen: it has the level of none of them.
    """
    return actor.is_staff(current_territory_id()) or actor.level >= level_asked(code)


def can_claim(actor: Actor, person_id: UUID | None) -> bool:
    """Tell whether the actor may say where somebody lives whom the town sees: oneself, or anyone as staff.

    Nobody lives in a regional body: one lives in one of its members.
    """
    territory_id = current_territory_id()
    if territory_id is None or person_id is None or territory_here().is_regional:
        return False
    return (actor.person_id == person_id or can_prove_any(actor)) and has_entered(person_id, territory_id)


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


def can_keep_roll(actor: Actor) -> bool:
    """Tell whether the actor may import the tax roll: whoever may use the command of the instance."""
    return actor.is_system
