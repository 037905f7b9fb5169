"""What time does: a reminder before the end, and the end of what nobody renewed."""

from datetime import datetime, timedelta

from django.db import transaction

from parvis.core.events.operations import record
from parvis.core.tenancy.context import current_territory_id
from parvis.lib.actor import Actor

from .. import queries
from ..models import Residency, ResidencyState

A_BATCH = 1000


@transaction.atomic
def remind_before_end(*, now: datetime) -> int:
    """Tell those whose proof ends soon, once, in the territory in force; return how many."""
    house, told = Actor.system(current_territory_id()), 0
    for row in queries.ending_soon(now).filter(reminded_at=None)[:A_BATCH]:
        if Residency.objects.filter(pk=row.pk, reminded_at=None).update(reminded_at=now):
            record(house.on_behalf_of(row.person_id, house.channel), "residency.ending", row, now=now)
            told += 1
    return told


@transaction.atomic
def lapse_old(*, now: datetime) -> int:
    """Take the proof from those who have not renewed it within the grace; they have claimed, and prove it anew.

    Return how many.
    """
    last = queries.today_here(now) - timedelta(days=queries.options().grace_days)
    house, lapsed = Actor.system(current_territory_id()), 0
    nothing = {"proof": "", "proven_at": None, "proven_by": None, "valid_until": None, "reminded_at": None}
    for row in Residency.objects.filter(state=ResidencyState.PROVEN, valid_until__lt=last)[:A_BATCH]:
        standing = Residency.objects.filter(pk=row.pk, state=ResidencyState.PROVEN, valid_until__lt=last)
        if standing.update(state=ResidencyState.CLAIMED, **nothing):
            record(house.on_behalf_of(row.person_id, house.channel), "residency.lapsed", row, now=now)
            lapsed += 1
    return lapsed
