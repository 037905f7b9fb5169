"""From a signed-in account to an :class:`~parvis.lib.actor.Actor` with what its roles let it do."""

from datetime import datetime
from uuid import UUID

from django.db.models import Q

from parvis.core.registry.registry import registry
from parvis.core.tenancy.context import use
from parvis.core.tenancy.guard import Scope
from parvis.lib.actor import Actor, Channel, Grant

from .delegated import delegated_grants
from .models import Assignment, OrganisationMember, OrganisationStatus, Person
from .standard_roles import foreseen_permissions


def grants_of(person_id: UUID, *, now: datetime) -> tuple[Grant, ...]:
    """Return what a person's roles give in all territories, at this moment."""
    with use(person=person_id, scope=Scope.MINE):
        rows = (
            Assignment.objects.filter(person_id=person_id, starts_at__lte=now)
            .filter(Q(ends_at=None) | Q(ends_at__gt=now))
            .values_list(
                "territory_id", "role__permissions", "role__is_standard", "role__slug", "district_id", "team_id"
            )
        )
        return tuple(
            Grant(territory, frozenset(codes).union(foreseen_permissions(slug) if standard else ()), district, team)
            for territory, codes, standard, slug, district, team in rows
        )


def actor_of(person: Person, territory_id: UUID | None, *, now: datetime, channel: Channel = Channel.WEB) -> Actor:
    """Return the actor that a person is in a territory."""
    grants = grants_of(person.pk, now=now)
    return Actor(
        territory_id=territory_id,
        person_id=person.pk,
        channel=channel,
        level=level_of(person, territory_id, now=now),
        grants=grants + delegated_grants(grants, territory_id),
    )


def level_of(person: Person, territory_id: UUID | None, *, now: datetime) -> int:
    """Return somebody's level of trust in a territory: their account's, complete details (2), or what is known there.

    The scale: 0 visitor, 1 confirmed e-mail or telephone, 2 complete profile, 3 proven resident, 4 vetted.
    """
    own = 2 if person.level == 1 and person.name and person.address and person.phone else person.level
    if territory_id is None:
        return own
    with use(territory=territory_id, person=person.pk, scope=Scope.TERRITORY):
        return max([own, *(module.trust(person.pk, now) for module in registry() if module.trust)])


def member_of(actor: Actor, organisation_id: UUID, *, now: datetime) -> bool:
    """Tell whether the actor is at this moment a member of an admitted organisation of the actor's territory."""
    if actor.territory_id is None:
        return False
    with use(territory=actor.territory_id):
        return (
            OrganisationMember.objects.filter(
                organisation_id=organisation_id,
                organisation__status=OrganisationStatus.ADMITTED,
                person_id=actor.person_id,
                starts_at__lte=now,
            )
            .filter(Q(ends_at=None) | Q(ends_at__gt=now))
            .exists()
        )
