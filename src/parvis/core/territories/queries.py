"""Reads about ties between territories."""

from uuid import UUID

from django.apps import apps
from django.db.models import QuerySet

from parvis.core.registry.registry import registry
from parvis.core.tenancy.models import Territory, TerritoryKind

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


def memberships_of(territory_id: UUID) -> QuerySet[Membership]:
    """Return the memberships of a territory in force, with their bodies."""
    rows = Membership._base_manager.filter(territory_id=territory_id, left_at=None)
    return rows.select_related("body").order_by("body__name")


def delegations_received(territory_id: UUID) -> QuerySet[Delegation]:
    """Return what others delegated to a territory, in force."""
    rows = Delegation._base_manager.filter(delegate_id=territory_id, ends_at=None)
    return rows.select_related("territory").order_by("territory__name", "service")


def accepting(publisher_id: UUID, service: str) -> list[UUID]:
    """Return the ids of the territories whose portal shows what this one publishes for a service."""
    rows = Acceptance._base_manager.filter(publisher_id=publisher_id, service=service, ended_at=None)
    return list(rows.order_by("territory_id").values_list("territory_id", flat=True))


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


def services_to_accept() -> list[tuple[str, str]]:
    """Return the modules that share rows with other territories (a guard with `network`), as choices."""
    guards = {(m._meta.app_label, guard) for m in apps.get_models() if (guard := getattr(m, "guard", None))}
    shared = {label for label, guard in guards if guard.network or guard.kept_apart_network}
    return [(module.name, str(module.label)) for module in registry() if module.name in shared]
