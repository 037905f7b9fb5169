"""Who may do what with people, roles and organisations. Each rule asks for a permission, never for a role's name."""

from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from parvis.core.tenancy.context import current_territory_id
from parvis.lib.actor import Actor

from .models import MemberRole, Organisation, OrganisationMember
from .queries import has_entered, members_of


def _may(actor: Actor, permission: str) -> bool:
    """Ask for a permission in the territory in force: that whose rows would be read or written."""
    return actor.may(permission, territory_id=current_territory_id())


def can_see_people(actor: Actor) -> bool:
    """Tell whether the actor may look people of the territory up; every look at one is logged."""
    return _may(actor, "identity.see_people")


def can_make_people(actor: Actor) -> bool:
    """Tell whether the actor may make people at the counter and correct what is known of them."""
    return _may(actor, "identity.change_people")


def can_change_details(actor: Actor, person_id: UUID) -> bool:
    """Tell whether the actor may change somebody's details: their own, or as a member of staff."""
    return actor.person_id == person_id or can_make_people(actor)


def can_assign(actor: Actor) -> bool:
    """Tell whether the actor may give and end roles, and arrange teams."""
    return _may(actor, "identity.assign")


def can_admit(actor: Actor) -> bool:
    """Tell whether the actor may admit organisations to the territory, or refuse them."""
    return _may(actor, "identity.admit_organisations")


def can_keep(actor: Actor, organisation: Organisation) -> bool:
    """Tell whether the actor may write down what an organisation is, since nobody belongs to it who could."""
    return can_admit(actor) and not members_of(organisation, timezone.now()).exists()


def can_ask_to_join(actor: Actor) -> bool:
    """Tell whether the actor may act here as a member of an organisation: somebody the territory sees."""
    territory_id = current_territory_id()
    return actor.person_id is not None and territory_id is not None and has_entered(actor.person_id, territory_id)


def can_manage(actor: Actor, organisation: Organisation) -> bool:
    """Tell whether the actor is, at this moment, an administrator of the organisation."""
    now = timezone.now()
    return (
        actor.person_id is not None
        and OrganisationMember.objects.filter(
            organisation_id=organisation.pk,
            person_id=actor.person_id,
            role=MemberRole.ADMINISTRATOR,
            starts_at__lte=now,
        )
        .filter(Q(ends_at=None) | Q(ends_at__gt=now))
        .exists()
    )
