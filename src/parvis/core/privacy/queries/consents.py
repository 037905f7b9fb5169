"""What people agreed to: the question that modules ask, and what stands on the pages."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from parvis.core.identity.models import Presence
from parvis.core.registry.personal import Purpose
from parvis.core.registry.registry import registry
from parvis.core.tenancy.context import current_territory_id, use
from parvis.core.tenancy.guard import Scope
from parvis.core.tenancy.switches import switched_on

from ..models import Consent


@dataclass(frozen=True, slots=True)
class Standing:
    """A purpose with what a person said of it last. `is_on`: it counts now. `is_old`: the words have changed since."""

    purpose: Purpose
    last: Consent | None
    is_on: bool
    is_old: bool


def declared_purposes() -> list[Purpose]:
    """Return the purposes of the modules that the territory in force uses."""
    on = switched_on()
    return [purpose for module, purpose in registry().gather("purposes") if module.name in on]


def purpose_named(name: str) -> Purpose | None:
    """Return a purpose that is declared and in use here, or None."""
    return next((purpose for purpose in declared_purposes() if purpose.name == name), None)


def consents(person_id: UUID | None, purpose: str, territory_id: UUID | None = None) -> bool:
    """Tell whether somebody has said yes to a purpose, in the words shown now, in a territory (that in force).

    No for nobody, for who never entered the territory or left it since, and where its module is switched off. Raises
    KeyError for a purpose that no manifest declares.
    """
    if purpose not in {entry.name for _module, entry in registry().gather("purposes")}:
        raise KeyError(f"{purpose} is not in the `purposes` of any module")
    where = territory_id or current_territory_id()
    if person_id is None or where is None:
        return False
    with use(territory=where):
        found = purpose_named(purpose)
        if found is None:
            return False
        last = Consent.objects.filter(person_id=person_id, purpose=purpose).first()
    return last is not None and _counts(last, found, _entered_at(person_id, where))


def _entered_at(person_id: UUID, territory_id: UUID) -> Presence | None:
    with use(person=person_id, scope=Scope.MINE):
        return Presence.objects.filter(person_id=person_id, territory_id=territory_id, withdrawn_at=None).first()


def _counts(last: Consent, purpose: Purpose, presence: Presence | None) -> bool:
    """Whoever leaves a town and comes back is asked again."""
    still_here = presence is not None and last.at >= presence.entered_at
    return last.is_given and last.version == purpose.version and still_here


def standing(person_id: UUID) -> list[Standing]:
    """Return every purpose of the territory in force with what a person said of it."""
    newest: dict[str, Consent] = {}
    for row in Consent.objects.filter(person_id=person_id).order_by("at", "id"):
        newest[row.purpose] = row
    presence = _entered_at(person_id, current_territory_id())
    return [
        Standing(
            purpose,
            last := newest.get(purpose.name),
            is_on=last is not None and _counts(last, purpose, presence),
            is_old=last is not None and last.is_given and last.version != purpose.version,
        )
        for purpose in declared_purposes()
    ]


def history_of(person_id: UUID, *, limit: int = 100) -> QuerySet[Consent]:
    """Return what a person said of all purposes in the territory in force, newest first."""
    return Consent.objects.filter(person_id=person_id)[:limit]
