"""Reads about people that are more than a filter."""

from uuid import UUID

from parvis.core.tenancy.context import use
from parvis.core.tenancy.guard import Scope

from .models import Presence


def has_entered(person_id: UUID, territory_id: UUID) -> bool:
    """Tell whether a person entered a territory's portal and has not left it."""
    with use(person=person_id, scope=Scope.MINE):
        return Presence.objects.filter(person_id=person_id, territory_id=territory_id, withdrawn_at=None).exists()
