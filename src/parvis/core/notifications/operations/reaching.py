"""Tell people that an address of theirs does not work any more, by whatever else reaches them."""

from datetime import datetime

from django.db import transaction

from parvis.core.delivery.marks import note_told, untold
from parvis.core.delivery.models import Outgoing
from parvis.core.events.operations import record
from parvis.core.identity.models import Person
from parvis.core.tenancy.context import use
from parvis.core.tenancy.guard import Scope
from parvis.lib.actor import Actor


@transaction.atomic
def tell_of_marks(*, now: datetime) -> int:
    """Record an event for each address newly found dead, where its message says whose it is; return how many.

    Safe to run twice: a mark is noted as told in the transaction that records the event.
    """
    marks = untold()
    with use(territory=None, person=None, scope=Scope.DELIVERY):
        rows = {row.pk: row for row in Outgoing.objects.filter(pk__in=[mark.outgoing_id for mark in marks])}
    count = 0
    for mark in marks:
        row = rows.get(mark.outgoing_id)
        if row is None or row.person_id is None or row.territory_id is None:
            continue
        with use(territory=row.territory_id, person=None):
            record(
                Actor.system(row.territory_id),
                "notifications.address_failed",
                Person(pk=row.person_id),
                now=now,
                channel=row.channel,
                reason=mark.reason,
            )
        count += 1
    note_told(marks, now)
    return count
