"""Have every module forget a person, by its own rule of retention: in one territory, or everywhere."""

from datetime import datetime
from uuid import UUID

from parvis.core.events.operations import record
from parvis.core.identity.models import Presence
from parvis.core.tenancy.context import current_territory_id, use
from parvis.core.tenancy.guard import Scope
from parvis.lib.actor import Actor

from ..queries import declarations


def erase_here(*, actor: Actor, person_id: UUID, now: datetime) -> list[dict[str, str]]:
    """Erase or de-identify a person in the territory in force, which they leave; return what was kept, and why."""
    territory_id = current_territory_id()
    kept = [
        {"module": entry.name, "reason": str(reason)}
        for entry in declarations(everywhere=False)
        for reason in entry.erase(person_id, now)
    ]
    record(actor.on_behalf_of(person_id, actor.channel), "privacy.erased", None, now=now, kept=len(kept))
    with use(person=person_id, scope=Scope.MINE):
        Presence.objects.filter(person_id=person_id, territory_id=territory_id).update(withdrawn_at=now)
    return kept


def erase_everywhere(*, person_id: UUID, now: datetime) -> list[str]:
    """Erase what belongs to the person and to no territory (scope ``mine``); return the reasons of what was kept."""
    return [str(reason) for entry in declarations(everywhere=True) for reason in entry.erase(person_id, now)]
