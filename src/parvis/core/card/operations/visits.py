"""Entries at a place: counted at the door, perhaps hours before they arrive here, each once."""

import re
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction

from parvis.core.events.operations import record
from parvis.lib.actor import Actor
from parvis.lib.errors import Invalid, NotFound, gettext_noop, require

from .. import queries, rules
from ..models import Place, Visit

LONGEST_AWAY = timedelta(days=14)
"""A telephone's clock that says more than this ago is not believed."""
_MARK = re.compile(r"[0-9a-f]{16}|")


@transaction.atomic
def count_visit(
    *,
    actor: Actor,
    place: Place,
    key: UUID,
    now: datetime,
    happened_at: datetime | None = None,
    mark: str = "",
    resident: bool | None = None,
) -> Visit:
    """Count one entry; the same `key` again returns the first. `mark` is the identifier of the code, "" without a card.

    The day is that of the place's clock when it happened. Raises NotAllowed, Invalid.
    """
    require(rules.can_count(actor))
    if not _MARK.fullmatch(mark):
        raise Invalid(gettext_noop("This value cannot be accepted."), field="mark")
    happened_at = min(now, happened_at) if happened_at and happened_at > now - LONGEST_AWAY else now
    day = queries.today_here(happened_at)
    again = bool(mark) and Visit.objects.filter(place=place, day=day, mark=mark, taken_back_at=None).exclude(
        key=key
    ).exists()  # fmt: skip
    try:
        with transaction.atomic():
            made = Visit.objects.create(
                place=place,
                key=key,
                day=day,
                happened_at=happened_at,
                received_at=now,
                resident=resident,
                mark=mark,
                again=again,
                counted_by=actor.person_id,
            )
    except IntegrityError:
        earlier = Visit.objects.get(key=key)
        require(earlier.place_id == place.pk)
        return earlier
    record(actor, "card.visit_counted", made, now=now, place=str(place.pk))
    return made


@transaction.atomic
def take_back_visit(*, actor: Actor, place: Place, key: UUID, now: datetime) -> Visit:
    """Take back an entry that was counted by mistake; twice takes it back once. Raises NotAllowed, NotFound."""
    require(rules.can_count(actor))
    visit = Visit.objects.filter(place=place, key=key).first()
    if visit is None:
        raise NotFound
    if Visit.objects.filter(pk=visit.pk, taken_back_at=None).update(taken_back_at=now, mark=""):
        record(actor, "card.visit_taken_back", visit, now=now, place=str(place.pk))
    visit.refresh_from_db()
    return visit
