"""Who may do what with people, roles and organisations. Each rule asks for a permission, never for a role's name."""

from uuid import UUID

from parvis.lib.actor import Actor


def can_see_people(actor: Actor) -> bool:
    """Tell whether the actor may look people of the territory up; every look at one is logged."""
    return actor.may("identity.see_people")


def can_make_people(actor: Actor) -> bool:
    """Tell whether the actor may make people at the counter and correct what is known of them."""
    return actor.may("identity.change_people")


def can_change_details(actor: Actor, person_id: UUID) -> bool:
    """Tell whether the actor may change somebody's details: their own, or as a member of staff."""
    return actor.person_id == person_id or can_make_people(actor)


def can_assign(actor: Actor) -> bool:
    """Tell whether the actor may give and end roles, and arrange teams."""
    return actor.may("identity.assign")


def can_admit(actor: Actor) -> bool:
    """Tell whether the actor may admit organisations to the territory, or refuse them."""
    return actor.may("identity.admit_organisations")
