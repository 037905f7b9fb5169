"""Forget where somebody lived, and what was mistyped."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from ..models import Ending, Letter, Residency, ResidencyState, TaxTry

TRIES_KEPT = timedelta(days=30)


@transaction.atomic
def forget_residencies(*, person_id: UUID, now: datetime) -> None:
    """End what stands and take the addresses out, in the territory in force; the dates stay, for the figures."""
    Letter.objects.filter(person_id=person_id).delete()
    TaxTry.objects.filter(person_id=person_id).delete()
    rows = Residency.objects.filter(person_id=person_id)
    standing = rows.exclude(state=ResidencyState.ENDED)
    standing.update(state=ResidencyState.ENDED, ended_at=now, ended_because=Ending.ERASED)
    rows.update(address="", address_id=None)


@transaction.atomic
def forget_tries(*, now: datetime) -> int:
    """Forget the wrong pairs of a month ago, in the territory in force; return how many."""
    return TaxTry.objects.filter(tried_at__lt=now - TRIES_KEPT).delete()[0]
