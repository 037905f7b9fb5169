"""Who may read, correct and erase whose data, say yes for whom, and keep the registers."""

from uuid import UUID

from parvis.core.identity.models import Person
from parvis.core.identity.queries import has_entered
from parvis.core.tenancy.context import current_territory_id
from parvis.lib.actor import Actor, Channel

AT_THE_DESK = {Channel.COUNTER, Channel.PHONE, Channel.MAIL}


def can_handle(actor: Actor) -> bool:
    """Tell whether the actor answers requests about personal data in the territory in force."""
    return actor.may("privacy.handle", territory_id=current_territory_id())


def can_note(actor: Actor) -> bool:
    """Tell whether a member of staff writes down what people say about their data: consents and requests."""
    return actor.may("privacy.note", territory_id=current_territory_id())


def can_export(actor: Actor, person_id: UUID) -> bool:
    """Tell whether the actor may have somebody's data: their own, or, for the privacy officer, of who entered here."""
    if actor.person_id == person_id:
        return True
    # Row-level security shows a territory only the people who entered it.
    return can_handle(actor) and Person.objects.filter(pk=person_id).exists()


def can_speak_for(actor: Actor, person_id: UUID) -> bool:
    """Tell whether the actor may say yes, no or please about somebody's data in the territory in force.

    Oneself, once the town was entered; or staff who write down what a person who entered tells them at the counter, by
    telephone or by mail: never through the web, and never for oneself that way.
    """
    territory_id = current_territory_id()
    if territory_id is None:
        return False
    if actor.person_id == person_id:
        return actor.for_person_id is None and has_entered(person_id, territory_id)
    said_here = actor.for_person_id == person_id and actor.channel in AT_THE_DESK
    return said_here and can_note(actor) and Person.objects.filter(pk=person_id).exists()
