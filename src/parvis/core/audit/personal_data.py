"""What the logs hold about people: bare ids, kept after erasure so that what was done can still be shown."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from .models import Entry, View

MOST = 5000  # the newest: an export stays readable


def export(person_id: UUID) -> dict[str, list[dict[str, Any]]]:
    """Return what was done by or for somebody here, and who of the staff looked, newest first."""
    acts = Entry.objects.filter(territory_id__isnull=False, beneficiary_id=person_id).order_by("-at")[:MOST]
    views = View.objects.filter(person_id=person_id).order_by("-at")[:MOST]
    return {
        "acts": [{"at": a.at.isoformat(), "what": a.name, "channel": a.channel} for a in acts],
        "views": [{"at": v.at.isoformat(), "screen": v.reason, "by": str(v.viewer_id)} for v in views],
    }


def erase(person_id: UUID, now: datetime) -> Iterable[str]:
    """Keep everything: the rows hold ids and states only, and once the person is erased they lead to nobody."""
    return [_("The log of what was done stays: it holds numbers that no longer lead to you.")]
