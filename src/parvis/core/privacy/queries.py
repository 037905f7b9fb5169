"""What the modules declare, what a person sees of it, and who looked."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from parvis.core.audit.models import View
from parvis.core.identity.models import Assignment, OrganisationMember, Person, Presence
from parvis.core.registry.entries import PersonalData
from parvis.core.registry.registry import registry
from parvis.core.tenancy.context import use
from parvis.core.tenancy.guard import Scope
from parvis.core.tenancy.models import Territory
from parvis.core.territories.queries import delegates_staff

from .models import ErasureRequest, PersonExport


def declarations(*, everywhere: bool | None = None) -> Iterator[PersonalData]:
    """Yield what every package declares to hold about people; only what is held once, or only by town, if asked.

    A module a town switched off still holds what it held, so switches change nothing here.
    """
    for _module, entry in registry().gather("personal_data"):
        if everywhere is None or entry.everywhere is everywhere:
            yield entry


def territories_of(person_id: UUID) -> list[Territory]:
    """Return the territories that hold something of a person: entered, left since, served or worked for."""
    with use(person=person_id, scope=Scope.MINE):
        ids = set(Presence.objects.filter(person_id=person_id).values_list("territory_id", flat=True))
        ids |= set(Assignment.objects.filter(person_id=person_id).values_list("territory_id", flat=True))
        ids |= set(OrganisationMember.objects.filter(person_id=person_id).values_list("territory_id", flat=True))
    return list(Territory.objects.filter(pk__in=ids))


SCREENS = {
    "search": _("among the answers to a search"),
    "person": _("your details"),
    "household": _("beside somebody at the same address"),
    "case": _("a request of yours"),
    "erasure": _("your request to be erased"),
    "export": _("a copy of your file"),
}


@dataclass(frozen=True, slots=True)
class Look:
    """Somebody of the staff saw a person's data."""

    at: datetime
    who: str
    where: str
    reason: str

    @property
    def screen(self) -> str:
        """What was looked at, in words; the reason of another module stands as it is."""
        return str(SCREENS.get(self.reason, self.reason))


def looks_at(person_id: UUID, *, limit: int = 50, offset: int = 0) -> Sequence[Look]:
    """Return who saw a person's data, newest first, in all territories (`person_id` must be the one who reads)."""
    with use(person=person_id, scope=Scope.MINE):
        rows = list(View.objects.filter(person_id=person_id).order_by("-at")[offset : offset + limit])
    towns = {town.pk: town for town in Territory.objects.filter(pk__in={row.territory_id for row in rows})}
    names: dict[UUID, str] = {}
    for town in towns.values():
        with use(territory=town):
            viewers = {row.viewer_id for row in rows if row.territory_id == town.pk}
            names |= dict(Person.objects.filter(pk__in=viewers).values_list("pk", "name"))
            names |= delegates_staff(town.pk, viewers - names.keys())
    return [
        Look(row.at, names.get(row.viewer_id, ""), str(towns.get(row.territory_id, "")), row.reason) for row in rows
    ]


def exports_of(person_id: UUID) -> list[PersonExport]:
    """Return a person's exports that wait or can still be fetched, newest first."""
    with use(person=person_id, scope=Scope.MINE):
        return list(PersonExport.objects.filter(person_id=person_id).order_by("-asked_at")[:5])


def erasures_of(person_id: UUID) -> list[ErasureRequest]:
    """Return what a person asked the territories to erase, newest first."""
    with use(person=person_id, scope=Scope.MINE):
        return list(
            ErasureRequest.objects.filter(person_id=person_id).select_related("territory").order_by("-asked_at")[:20]
        )


def waiting_erasures() -> list[ErasureRequest]:
    """Return the requests that wait in the territory in force, the most urgent first."""
    return list(ErasureRequest.objects.filter(state="asked").order_by("due_at")[:200])


def decided_erasures(limit: int = 50) -> list[ErasureRequest]:
    """Return the requests that were answered in the territory in force, newest first."""
    return list(ErasureRequest.objects.exclude(state="asked").order_by("-decided_at")[:limit])
