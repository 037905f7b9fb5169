"""Write the logs. Acts are written by :func:`parvis.core.events.operations.record`, which calls :func:`write_entry`."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from parvis.core.tenancy.context import current_territory_id
from parvis.lib.actor import Actor

from .models import Entry, View


def write_entry(
    *, actor: Actor, name: str, subject: Any, territory_id: UUID, data: Mapping[str, Any], now: datetime
) -> Entry:
    """Append one act to the log."""
    return Entry.objects.create(
        territory_id=territory_id,
        name=name,
        subject_type=subject._meta.label if subject is not None else "",
        subject_id=subject.pk if subject is not None else None,
        actor_id=actor.person_id,
        beneficiary_id=actor.beneficiary_id,
        organisation_id=actor.organisation_id,
        channel=actor.channel,
        at=now,
        data=dict(data),
    )


def log_view(*, viewer: Actor, person_id: UUID | None, reason: str, subject_id: UUID | None = None) -> None:
    """Note that a member of staff saw somebody's data; looking at one's own is not noted."""
    if person_id is None or viewer.person_id is None or viewer.person_id == person_id:
        return
    View.objects.create(
        territory_id=current_territory_id(),
        person_id=person_id,
        viewer_id=viewer.person_id,
        reason=reason,
        subject_id=subject_id,
        at=timezone.now(),
    )
