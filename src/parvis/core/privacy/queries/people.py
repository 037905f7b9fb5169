"""What a person sees of their own data: who looked, copies, requests, what a program decided about them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from parvis.core.audit.models import View
from parvis.core.identity.models import Person
from parvis.core.tenancy.context import use
from parvis.core.tenancy.guard import Scope
from parvis.core.tenancy.models import Territory
from parvis.core.territories.queries import delegates_staff

from ..models import DataRequest, Decision, ErasureRequest, PersonExport

SCREENS = {
    "search": _("among the answers to a search"),
    "person": _("your details"),
    "household": _("beside somebody at the same address"),
    "case": _("a request of yours"),
    "erasure": _("your request to be erased"),
    "export": _("a copy of your file"),
    "request": _("your request about your data"),
    "consents": _("what you agreed to"),
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


def requests_of(person_id: UUID) -> list[DataRequest]:
    """Return what else a person asked the territories about their data, newest first."""
    with use(person=person_id, scope=Scope.MINE):
        rows = DataRequest.objects.filter(person_id=person_id).select_related("territory")
        return list(rows.order_by("-asked_at")[:20])


def decisions_of(person_id: UUID) -> list[Decision]:
    """Return what programs decided about a person in all territories, newest first."""
    with use(person=person_id, scope=Scope.MINE):
        return list(Decision.objects.filter(person_id=person_id).select_related("territory")[:50])
