"""Old keys go, and those of somebody who is erased."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from ..models import ApiKey, KeyState, Spending

KEPT = timedelta(days=730)


@transaction.atomic
def forget_keys(*, now: datetime) -> int:
    """Delete the keys of the territory in force that have opened nothing for two years; return how many."""
    before = now - KEPT
    refused = Q(state=KeyState.REFUSED, decided_at__lt=before)
    over = Q(state=KeyState.REVOKED, revoked_at__lt=before) | Q(expires_at__lt=before)
    return ApiKey.objects.filter(refused | over).delete()[0]


def forget_spending(*, now: datetime) -> None:
    """Delete counts of minutes that have long passed: connections come and go."""
    Spending.objects.filter(minute__lt=int((now - timedelta(hours=1)).timestamp()) // 60).delete()


@transaction.atomic
def erase_keys_of(*, person_id: UUID) -> None:
    """Close somebody's own keys and forget them; an organisation's stay, without who asked."""
    mine = ApiKey.objects.filter(person_id=person_id)
    mine.filter(organisation=None).delete()
    mine.update(person=None)
