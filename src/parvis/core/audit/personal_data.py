"""What the logs hold about people: bare ids, kept after erasure so that what was done can still be shown."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from parvis.core.tenancy.context import current_territory_id

from .models import Entry, View


def export(person_id: UUID) -> dict[str, list[dict[str, Any]]]:
    """Return what was done by or for somebody here, and who of the staff looked, in its order."""
    here = Entry.objects.filter(territory_id=current_territory_id())
    acts = here.filter(Q(beneficiary_id=person_id) | Q(actor_id=person_id)).order_by("at", "id")
    looks = View.objects.filter(person_id=person_id).order_by("at")
    return {
        "acts": [
            {"at": act.at.isoformat(), "what": act.name, "channel": act.channel, "by_you": act.actor_id == person_id}
            for act in acts.iterator()
        ],
        "looks": [
            {"at": look.at.isoformat(), "screen": look.reason, "by": str(look.viewer_id)} for look in looks.iterator()
        ],
    }


def erase(person_id: UUID, now: datetime) -> Iterable[str]:
    """Keep everything: the rows hold ids and states only, and once the person is erased they lead to nobody."""
    if Entry.objects.filter(territory_id=current_territory_id(), beneficiary_id=person_id).exists():
        return [_("The log of what was done: numbers and dates without your name, which nobody may rewrite.")]
    return []
