"""Tell staff what is late: once a working day, one message a person, never one a case."""

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from parvis.core.audit.models import Entry
from parvis.core.cases.queries.responsible import Late, late_by_person
from parvis.core.events.operations import record
from parvis.core.identity.models import Person
from parvis.core.tenancy.here import territory_here
from parvis.lib.actor import Actor

from .clock import calendar_here

SHOWN = 10


@transaction.atomic
def send_late_digests(*, now: datetime) -> int:
    """Record one event for each member of staff with late cases in the territory in force; return how many.

    Nothing on a day off, nor twice a day.
    """
    territory = territory_here()
    local = now.astimezone(ZoneInfo(territory.timezone))
    if not calendar_here().is_working(local.date()):
        return 0
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    told = set(Entry.objects.filter(name="cases.late_digest", at__gte=midnight).values_list("subject_id", flat=True))
    waiting = {pk: late for pk, late in late_by_person(now).items() if pk not in told}
    people = Person.objects.in_bulk(list(waiting))
    for pk, late in waiting.items():
        if pk in people:
            _tell(people[pk], late, territory.pk, now)
    return len(people)


def _tell(person: Person, late: Late, territory_id: UUID, now: datetime) -> None:
    record(
        Actor.system(territory_id),
        "cases.late_digest",
        person,
        now=now,
        own=[str(case.pk) for case in late.own[:SHOWN]],
        own_count=len(late.own),
        overseen=[str(case.pk) for case in late.overseen[:SHOWN]],
        overseen_count=len(late.overseen),
    )
