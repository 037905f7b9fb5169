"""Reads about people that are more than a filter."""

from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from parvis.core.tenancy.context import use
from parvis.core.tenancy.guard import Scope
from parvis.lib.actor import Actor
from parvis.lib.plain import words

from .models import Assignment, MemberRole, Organisation, OrganisationMember, OrganisationStatus, Person, Presence
from .standard_roles import foreseen_permissions


def has_entered(person_id: UUID, territory_id: UUID) -> bool:
    """Tell whether a person entered a territory's portal and has not left it."""
    with use(person=person_id, scope=Scope.MINE):
        return Presence.objects.filter(person_id=person_id, territory_id=territory_id, withdrawn_at=None).exists()


def count_asking(actor: Actor) -> int:
    """Return how many organisations wait for an answer in the territory in force."""
    return Organisation.objects.filter(status=OrganisationStatus.ASKED).count()


def search_people(text: str, *, most: int = 50) -> list[Person]:
    """Return the people of the territory in force whose name, number, e-mail or address holds every word.

    A function of the database looks through one territory only and returns ids; the rows are read under the policy.
    """
    asked = words(text)[:8]
    if sum(len(word) for word in asked) < 2:
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM parvis.search_people(%s, %s)", [asked, most])
        ids = [row[0] for row in cursor.fetchall()]
    known = Person.objects.in_bulk(ids)
    return [known[pk] for pk in ids if pk in known]


def staff_of_territory(now: datetime) -> QuerySet[Assignment]:
    """Return the assignments that hold now or later in the territory in force, by person."""
    return (
        Assignment.objects.filter(Q(ends_at=None) | Q(ends_at__gt=now))
        .select_related("person", "role", "team")
        .order_by("person__name", "role__name")
    )


def holders_of(permission: str, now: datetime) -> list[UUID]:
    """Return the people whose role gives a permission, at this moment, in the territory in force."""
    rows = staff_of_territory(now).filter(starts_at__lte=now)
    found = [
        row.person_id
        for row in rows
        if {permission, "*"} & set(row.role.permissions)
        or (row.role.is_standard and permission in foreseen_permissions(row.role.slug))
    ]
    return list(dict.fromkeys(found))


def members_of(organisation: Organisation, now: datetime) -> QuerySet[OrganisationMember]:
    """Return the members of an organisation whose term has not ended."""
    return (
        OrganisationMember.objects.filter(organisation=organisation)
        .filter(Q(ends_at=None) | Q(ends_at__gt=now))
        .select_related("person", "organisation")
        .order_by("person__name")
    )


def known_organisations(now: datetime) -> QuerySet[Organisation]:
    """Return the organisations that were decided on, by name; `has_members`: somebody acts for it at this moment."""
    seats = OrganisationMember.objects.filter(organisation=OuterRef("pk")).filter(Q(ends_at=None) | Q(ends_at__gt=now))
    decided = Organisation.objects.exclude(status=OrganisationStatus.ASKED)
    return decided.annotate(has_members=Exists(seats)).order_by("name")


def membership(organisation: Organisation, person_id: UUID | None, now: datetime) -> OrganisationMember | None:
    """Return somebody's seat in an organisation at this moment."""
    if person_id is None:
        return None
    return members_of(organisation, now).filter(person_id=person_id, starts_at__lte=now).first()


def decides_for(person_id: UUID, organisation_id: UUID, territory_id: UUID) -> bool:
    """Tell whether somebody is, at this moment, a manager or an administrator of an organisation of a territory."""
    now = timezone.now()
    with use(territory=territory_id):
        rows = OrganisationMember.objects.filter(
            Q(ends_at=None) | Q(ends_at__gt=now), person_id=person_id, organisation_id=organisation_id
        )
        return rows.filter(starts_at__lte=now, role__in=[MemberRole.MANAGER, MemberRole.ADMINISTRATOR]).exists()


def organisations_of(person_id: UUID, now: datetime) -> list[Organisation]:
    """Return the organisations of the territory in force that somebody may act for."""
    return list(
        Organisation.objects.filter(
            Q(members__ends_at=None) | Q(members__ends_at__gt=now),
            members__person_id=person_id,
            members__starts_at__lte=now,
        )
        .exclude(status__in=[OrganisationStatus.REFUSED, OrganisationStatus.LEFT])
        .distinct()
    )
