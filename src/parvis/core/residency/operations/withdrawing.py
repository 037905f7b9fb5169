"""What becomes of a residency when its person withdraws from the town."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from parvis.core.identity.queries import has_entered
from parvis.core.tenancy.context import current_territory_id
from parvis.lib.actor import Actor
from parvis.lib.errors import WrongState

from .. import queries
from ..models import Ending
from .claiming import end_residency


@transaction.atomic
def end_unseen(*, person_id: UUID, now: datetime) -> bool:
    """End the residency of somebody whom the territory in force no longer sees; tell whether there was one.

    Safe to call twice, and late: who has come back in the meantime keeps theirs.
    """
    territory_id = current_territory_id()
    residency = queries.current(person_id)
    if residency is None or territory_id is None or has_entered(person_id, territory_id):
        return False
    try:
        end_residency(actor=Actor.system(territory_id), residency=residency, because=Ending.WITHDRAWN, now=now)
    except WrongState:
        return False
    return True
