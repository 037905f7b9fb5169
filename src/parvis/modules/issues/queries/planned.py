"""Works with a date: the reports that are planned, for the one calendar."""

from collections.abc import Iterator
from datetime import datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from parvis.core.registry.entries import AgendaItem
from parvis.modules.issues.models import Issue
from parvis.modules.issues.workflow import Status

from .recurring import recurring

MOST = 300


def between(rows: QuerySet[Issue], start: datetime, end: datetime) -> QuerySet[Issue]:
    """Keep the reports whose work is planned at some time between two moments, by date."""
    planned = rows.filter(status=Status.PLANNED, planned_from__isnull=False, planned_from__lt=end)
    last = planned.annotate(last=Coalesce("planned_until", F("planned_from")))
    return last.filter(last__gte=start).select_related("category", "territory").order_by("planned_from", "id")[:MOST]


def works(start: datetime, end: datetime) -> Iterator[AgendaItem]:
    """Yield the planned works that everyone may read, once or coming back: kind and place, no words of anybody."""
    for issue in between(Issue.objects.filter(is_hidden=False), start, end):
        yield _item(issue, is_own=False)
    yield from recurring(start, end)


def own_works(person_id: UUID, start: datetime, end: datetime) -> Iterator[AgendaItem]:
    """Yield the planned works of one person's own reports, in every town."""
    for issue in between(Issue.objects.filter(person_id=person_id), start, end):
        yield _item(issue, is_own=True)


def _item(issue: Issue, *, is_own: bool) -> AgendaItem:
    where = issue.place(exact=is_own)
    return AgendaItem(
        ref=issue.code,
        title=_("Works: %(kind)s") % {"kind": issue.category.label},
        starts_at=issue.planned_from,
        ends_at=issue.planned_until,
        place=where.address,
        url=issue.get_absolute_url(),
        text=_("Planned for report %(code)s.") % {"code": issue.code},
        all_day=is_whole_day(issue),
        lat=where.lat,
        lon=where.lon,
        territory_id=issue.territory_id,
    )


def is_whole_day(issue: Issue) -> bool:
    """Tell whether the work is planned by the day: from midnight, in the town's own time."""
    return issue.planned_from.astimezone(ZoneInfo(issue.territory.timezone)).time() == time.min
