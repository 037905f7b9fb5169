"""What every package declares to hold about people, and where a person is known."""

from collections.abc import Iterator
from uuid import UUID

from parvis.core.identity.models import Assignment, OrganisationMember, Presence
from parvis.core.registry.module import Module
from parvis.core.registry.personal import AutomatedDecision, PersonalData
from parvis.core.registry.registry import registry
from parvis.core.tenancy.context import use
from parvis.core.tenancy.guard import Scope
from parvis.core.tenancy.models import Territory
from parvis.core.tenancy.switches import switched_on


def declarations(*, everywhere: bool | None = None) -> Iterator[PersonalData]:
    """Yield what every package declares to hold about people; only what is held once, or only by town, if asked.

    A module a town switched off still holds what it held, so switches change nothing here.
    """
    for _module, entry in registry().gather("personal_data"):
        if everywhere is None or entry.everywhere is everywhere:
            yield entry


def activities() -> Iterator[tuple[Module, PersonalData]]:
    """Yield the processing activities with the module of each: the register of them, made from the manifests."""
    yield from registry().gather("personal_data")


def automated() -> list[AutomatedDecision]:
    """Return what programs decide by themselves in the modules that the territory in force uses."""
    on = switched_on()
    return [entry for module, entry in registry().gather("automated") if module.name in on]


def territories_of(person_id: UUID) -> list[Territory]:
    """Return the territories that hold something of a person: entered, left since, served or worked for."""
    with use(person=person_id, scope=Scope.MINE):
        ids = set(Presence.objects.filter(person_id=person_id).values_list("territory_id", flat=True))
        ids |= set(Assignment.objects.filter(person_id=person_id).values_list("territory_id", flat=True))
        ids |= set(OrganisationMember.objects.filter(person_id=person_id).values_list("territory_id", flat=True))
    return list(Territory.objects.filter(pk__in=ids))
