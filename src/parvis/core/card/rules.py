"""Who may have a card, who may look after the cards of others, who may count entries."""

from uuid import UUID

from parvis.core.identity.queries import has_entered
from parvis.core.tenancy.context import current_territory_id
from parvis.core.tenancy.here import territory_here
from parvis.lib.actor import Actor

from .models import Card


def can_have(actor: Actor, person_id: UUID | None) -> bool:
    """Tell whether the actor may ask for somebody's card here: their own once the town was entered; staff, for anyone.

    Guests have one too: it says that they are guests. A regional body gives none: its members do.
    """
    territory_id = current_territory_id()
    if territory_id is None or person_id is None or territory_here().is_regional:
        return False
    return can_manage(actor) or (actor.person_id == person_id and has_entered(person_id, territory_id))


def can_manage(actor: Actor) -> bool:
    """Tell whether a member of staff gives, prints, replaces and ends cards here."""
    return actor.may("card.manage", territory_id=current_territory_id())


def can_change(actor: Actor, card: Card) -> bool:
    """Tell whether the actor may replace or end a card: their own, or as staff."""
    return actor.person_id == card.person_id or can_manage(actor)


def can_count(actor: Actor) -> bool:
    """Tell whether a member of staff counts entries, and may check a card by its number."""
    return actor.may("card.count", territory_id=current_territory_id())


def can_arrange(actor: Actor) -> bool:
    """Tell whether a member of staff opens and closes places, and changes the key that signs."""
    return actor.may("card.arrange", territory_id=current_territory_id())
