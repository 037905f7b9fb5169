"""Who may read and erase whose data."""

from uuid import UUID

from parvis.core.identity.models import Person
from parvis.core.tenancy.context import current_territory_id
from parvis.lib.actor import Actor


def can_handle(actor: Actor) -> bool:
    """Tell whether the actor answers requests about personal data in the territory in force."""
    return actor.may("privacy.handle", territory_id=current_territory_id())


def can_export(actor: Actor, person_id: UUID) -> bool:
    """Tell whether the actor may have somebody's data: their own, or, for the privacy officer, of who entered here."""
    if actor.person_id == person_id:
        return True
    # Row-level security shows a territory only the people who entered it.
    return can_handle(actor) and Person.objects.filter(pk=person_id).exists()
