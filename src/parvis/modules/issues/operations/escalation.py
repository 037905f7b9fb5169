"""Say, once, that a promise is about to break: to whoever looks after the report and to those who oversee."""

from collections.abc import Iterator
from datetime import datetime, time
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F, Max, Q

from parvis.core.cases.operations.clock import calendar_here
from parvis.core.events.operations import record
from parvis.core.tenancy.here import zone_here
from parvis.lib.actor import Actor
from parvis.lib.workdays import WorkCalendar, add_working_days
from parvis.modules.issues.models import Category, Issue


@transaction.atomic
def warn_of_promises(*, now: datetime) -> int:
    """Record ``issues.due_soon`` for each open report whose promise is as near as its category says; return how many.

    Once a promise: a new promise is a new warning. Nothing on a day off.
    """
    zone = zone_here()
    calendar = calendar_here()
    if not calendar.is_working(now.astimezone(zone).date()):
        return 0
    count = 0
    for issue in _near(now, zone, calendar):
        fresh = Issue.objects.filter(pk=issue.pk).filter(Q(warned_for=None) | ~Q(warned_for=issue.case.due_at))
        if fresh.update(warned_for=issue.case.due_at):
            record(Actor.system(issue.territory_id), "issues.due_soon", issue, now=now, case=str(issue.case_id))
            count += 1
    return count


def _near(now: datetime, zone: ZoneInfo, calendar: WorkCalendar) -> Iterator[Issue]:
    most = Category.objects.aggregate(most=Max("warn_days"))["most"]
    if most is None:
        return
    limits = {days: _last_moment(now, days, zone, calendar) for days in range(most + 1)}
    rows = (
        Issue.objects.filter(case__closed_at=None, case__due_at__gte=now, case__due_at__lte=limits[most])
        .exclude(category__warn_days=None)
        .exclude(warned_for=F("case__due_at"))
        .select_related("category", "case")
    )
    yield from (issue for issue in rows if issue.case.due_at <= limits[issue.category.warn_days])  # type: ignore[operator,index]


def _last_moment(now: datetime, days: int, zone: ZoneInfo, calendar: WorkCalendar) -> datetime:
    """Return the end of the working day that many working days from now."""
    day = add_working_days(now, days, zone, calendar=calendar).astimezone(zone)
    return datetime.combine(day.date(), time.max, zone)
