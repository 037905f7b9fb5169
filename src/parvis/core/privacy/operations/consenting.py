"""Say yes or no to one purpose; as easily the one as the other."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from parvis.core.events.operations import record
from parvis.core.tenancy.context import current_territory_id
from parvis.lib.actor import Actor, Channel
from parvis.lib.errors import NotFound, require

from .. import rules
from ..models import Consent, Forgotten, What
from ..queries import standing
from .keeping import remember


@transaction.atomic
def set_consent(*, actor: Actor, person_id: UUID, purpose: str, is_given: bool, now: datetime) -> Consent | None:
    """Add a line to the ledger of the territory in force; None when nothing changes. Raises NotAllowed, NotFound."""
    require(rules.can_speak_for(actor, person_id))
    found = next((row for row in standing(person_id) if row.purpose.name == purpose), None)
    if found is None:
        raise NotFound()
    said = found.last is not None and found.last.is_given
    if is_given == found.is_on and is_given == said:
        return None
    line = _write(actor, person_id, purpose, found.purpose.version, is_given, now)
    if not is_given:
        remember(_withdrawn(line))
    return line


def _write(actor: Actor, person_id: UUID, purpose: str, version: int, is_given: bool, now: datetime) -> Consent:
    line = Consent(
        person_id=person_id,
        purpose=purpose,
        version=version,
        is_given=is_given,
        channel=actor.channel,
        by=actor.person_id,
        at=now,
    )
    line.save(force_insert=True)
    event = "privacy.consent_given" if is_given else "privacy.consent_withdrawn"
    record(actor, event, line, now=now, purpose=purpose, version=version)
    return line


def _withdrawn(line: Consent) -> Forgotten:
    return Forgotten(
        what=What.WITHDRAWN,
        person_id=line.person_id,
        territory_id=line.territory_id,
        subject_id=line.pk,
        detail=line.purpose,
        at=line.at,
    )


def withdraw_all(*, person_id: UUID, now: datetime) -> int:
    """Write a no under each yes that somebody gave in the territory in force: they are erased; return how many."""
    house = Actor.system(current_territory_id()).on_behalf_of(person_id, Channel.SYSTEM)
    newest: dict[str, Consent] = {}
    for row in Consent.objects.filter(person_id=person_id).order_by("at", "id"):
        newest[row.purpose] = row
    given = [row for row in newest.values() if row.is_given]
    for row in given:
        _write(house, person_id, row.purpose, row.version, False, now)
    return len(given)
