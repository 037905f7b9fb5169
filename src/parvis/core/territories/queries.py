"""Reads about ties between territories."""

from uuid import UUID

from django.db.models import QuerySet

from parvis.core.tenancy.models import Territory

from .models import Acceptance, Delegation, Membership


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
    """Return the publishers that a territory accepts."""
    return Acceptance._base_manager.filter(territory_id=territory_id, ended_at=None).select_related("publisher")
