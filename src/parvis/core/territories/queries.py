"""Reads about ties between territories."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Count, QuerySet

from parvis.core.identity.models import Assignment
from parvis.core.registry.registry import registry
from parvis.core.tenancy.context import use
from parvis.core.tenancy.memo import remembered
from parvis.core.tenancy.models import Territory, TerritoryKind

from .models import Acceptance, Delegation, Kind, Membership, Publication


def bodies_of(territory_id: UUID) -> QuerySet[Territory]:
    """Return the regional bodies and alliances that a territory belongs to."""
    ids = Membership._base_manager.filter(territory_id=territory_id, left_at=None).values("body_id")
    return Territory.objects.filter(pk__in=ids).order_by("kind", "name")


def members_of(body_id: UUID) -> QuerySet[Territory]:
    """Return the members of a regional body or an alliance."""
    ids = Membership._base_manager.filter(body_id=body_id, left_at=None).values("territory_id")
    return Territory.objects.filter(pk__in=ids).order_by("-population", "name")


def delegations_to(territory_id: UUID, service: str) -> QuerySet[Delegation]:
    """Return the delegations of a service in force towards a territory."""
    return Delegation._base_manager.filter(delegate_id=territory_id, service=service, ends_at=None)


def delegations_by(territory_id: UUID) -> QuerySet[Delegation]:
    """Return what a territory has delegated, the ended ones too, newest first."""
    rows = Delegation._base_manager.filter(territory_id=territory_id)
    return rows.select_related("delegate").order_by("-starts_at")


def acceptances_by(territory_id: UUID) -> QuerySet[Acceptance]:
    """Return what a territory accepts, in force."""
    rows = Acceptance._base_manager.filter(territory_id=territory_id, ended_at=None)
    return rows.select_related("publisher").order_by("publisher__name", "accepted_at")


def publications_by(territory_id: UUID) -> QuerySet[Publication]:
    """Return what a territory publishes, in force."""
    return Publication._base_manager.filter(territory_id=territory_id, ended_at=None)


def belonging_with(territory_id: UUID) -> QuerySet[Territory]:
    """Return those that belong together with a territory: its bodies, their members, its own members."""
    return _named("SELECT parvis.belonging_with(%s)", territory_id)


def publishers(territory_id: UUID, kind: str) -> QuerySet[Territory]:
    """Return those that belong together with a territory and publish things of a kind."""
    published = Publication._base_manager.filter(kind=kind, ended_at=None).values("territory_id")
    return belonging_with(territory_id).filter(pk__in=published)


def lenders(territory_id: UUID | None, kind: str) -> list[Territory]:
    """Return those whose things of a kind a territory shows: published, accepted, and still belonging together.

    Scope ``network`` asks the database the same question again.
    """
    return remembered(("lenders", territory_id), lambda: _lenders_by_kind(territory_id)).get(kind, [])


def _lenders_by_kind(territory_id: UUID | None) -> dict[str, list[Territory]]:
    with connection.cursor() as cursor:
        asked = "SELECT kind, parvis.lenders(%s, kind) FROM unnest(%s::text[]) AS asked (kind)"
        cursor.execute(asked, [territory_id, list(Kind.values)])
        found = cursor.fetchall()
    towns = Territory.objects.filter(pk__in={row[1] for row in found}).order_by("name") if found else ()
    return {kind: [town for town in towns if (kind, town.pk) in found] for kind in Kind.values}


def _named(sql: str, *parameters: Any) -> QuerySet[Territory]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return Territory.objects.filter(pk__in=[row[0] for row in cursor.fetchall()]).order_by("name")


def shown_by(territory_id: UUID) -> dict[str, int]:
    """Return how many portals show what a territory publishes, by kind."""
    together = belonging_with(territory_id).values("pk")
    rows = Acceptance._base_manager.filter(publisher_id=territory_id, ended_at=None, territory_id__in=together)
    return dict(rows.values_list("kind").annotate(Count("id")))


def memberships_of(territory_id: UUID) -> QuerySet[Membership]:
    """Return the memberships of a territory in force, with their bodies."""
    rows = Membership._base_manager.filter(territory_id=territory_id, left_at=None)
    return rows.select_related("body").order_by("body__name")


def delegations_received(territory_id: UUID | None, service: str = "") -> QuerySet[Delegation]:
    """Return what others delegated to a territory, in force; of one service if given."""
    rows = Delegation._base_manager.filter(delegate_id=territory_id, ends_at=None)
    if service:
        rows = rows.filter(service=service)
    return rows.select_related("territory").order_by("territory__name", "service")


def delegates_staff(territory_id: UUID, people: Iterable[UUID]) -> dict[UUID, str]:
    """Return, of these people, those on the staff of whom the territory delegated to, ever: name and body.

    Such staff never entered the town, which therefore does not see them; it may know who worked on its own files.
    """
    wanted, found = set(people), dict[UUID, str]()
    rows = Delegation._base_manager.filter(territory_id=territory_id) if wanted else Delegation.objects.none()
    for body in Territory.objects.filter(pk__in=rows.values("delegate_id")):
        with use(territory=body):
            staff = Assignment.objects.filter(person_id__in=wanted).values_list("person_id", "person__name")
            found |= {person: f"{name}, {body.name}" for person, name in staff}
    return found


def bodies_to_join(territory_id: UUID) -> QuerySet[Territory]:
    """Return the regional bodies and alliances that a territory does not belong to yet."""
    bodies = others(territory_id).filter(kind__in=[TerritoryKind.REGIONAL, TerritoryKind.ALLIANCE])
    return bodies.exclude(pk__in=bodies_of(territory_id).values("pk"))


def others(territory_id: UUID) -> QuerySet[Territory]:
    """Return every other territory of the instance, by name."""
    return Territory.objects.exclude(pk=territory_id).order_by("name")


def service_labels() -> dict[str, str]:
    """Return what people call each module."""
    return {module.name: str(module.label) for module in registry()}


def services_to_delegate() -> list[tuple[str, str]]:
    """Return the modules whose files somebody else's staff can work on, as choices."""
    return [(module.name, str(module.label)) for module in registry() if module.case_kinds]
