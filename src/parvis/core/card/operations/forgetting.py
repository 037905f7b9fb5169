"""What is forgotten: somebody's cards at their request, marks after two days, revoked codes that have ended."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from ..models import Card, CardState, Revocation, Visit
from .cards import revoke_codes

MARK_KEPT = timedelta(days=2)
NUMBER_KEPT = timedelta(days=730)


@transaction.atomic
def forget_cards(*, person_id: UUID, now: datetime) -> None:
    """Revoke what somebody's card in the territory in force may still open; delete all cards they have had there."""
    for card in Card.objects.select_for_update().filter(person_id=person_id, state=CardState.ACTIVE):
        revoke_codes(card, now)
    Card.objects.filter(person_id=person_id).delete()


@transaction.atomic
def forget_marks(*, now: datetime) -> int:
    """Take the marks off entries that arrived two days ago or earlier; return how many."""
    return Visit.objects.filter(received_at__lt=now - MARK_KEPT).exclude(mark="").update(mark="")


@transaction.atomic
def forget_revoked(*, now: datetime) -> int:
    """Take off the list what has ended by itself; return how many."""
    return Revocation.objects.filter(until__lte=now).delete()[0]


@transaction.atomic
def forget_old_cards(*, now: datetime) -> int:
    """Delete cards that ended two years ago or earlier; return how many."""
    return Card.objects.filter(state=CardState.ENDED, ended_at__lt=now - NUMBER_KEPT).delete()[0]
