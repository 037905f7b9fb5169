"""Say in time that a key runs out."""

from datetime import datetime, timedelta

from django.db import transaction

from parvis.core.events.operations import record
from parvis.core.tenancy.context import current_territory_id
from parvis.lib.actor import Actor

from ..models import ApiKey, KeyState

AHEAD = timedelta(days=30)


@transaction.atomic
def warn_before_expiry(*, now: datetime) -> int:
    """Tell the owners of keys that run out within thirty days, once, in the territory in force; return how many."""
    ending = ApiKey.objects.filter(
        state=KeyState.ACTIVE, warned_at=None, expires_at__gt=now, expires_at__lte=now + AHEAD
    )
    house, told = Actor.system(current_territory_id()), 0
    for key in ending:
        if ApiKey.objects.filter(pk=key.pk, warned_at=None).update(warned_at=now):
            record(house, "apikeys.expiring", key, now=now)
            told += 1
    return told
