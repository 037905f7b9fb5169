"""Works that come back, in the calendar: each time for itself on the page, the rule once in the feed."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from parvis.core.registry.entries import AgendaItem
from parvis.core.registry.series import Series
from parvis.modules.issues.models import RecurringWork

MOST = 200
MOST_TIMES = 100


def recurring_works() -> QuerySet[RecurringWork]:
    """Return the works that come back."""
    return RecurringWork.objects.select_related("team", "asset", "territory")


def recurring(start: datetime, end: datetime) -> Iterator[AgendaItem]:
    """Yield each time that works fall between two moments, those that everyone may know of."""
    rows = recurring_works().filter(is_public=True, starts_on__lt=(end + timedelta(days=1)).date())
    for work in rows.filter(Q(until=None) | Q(until__gte=(start - timedelta(days=61)).date()))[:MOST]:
        zone = ZoneInfo(work.territory.timezone)
        first = start.astimezone(zone).date() - timedelta(days=work.days - 1)
        last = end.astimezone(zone).date() + timedelta(days=1)
        for number, day in enumerate(work.recurrence.days(first, last)):
            if number == MOST_TIMES or datetime.combine(day, time.min, zone) >= end:
                break
            yield _item(work, day, zone)


def _item(work: RecurringWork, day: date, zone: ZoneInfo) -> AgendaItem:
    asset = work.asset
    rule = work.recurrence
    return AgendaItem(
        ref=f"{work.pk}.{day:%Y%m%d}",
        title=_("Works: %(kind)s") % {"kind": work.title},
        starts_at=datetime.combine(day, time.min, zone),
        ends_at=datetime.combine(day + timedelta(days=work.days - 1), time.min, zone),
        place=work.place or (asset.street if asset else ""),
        url=reverse("issues:asset", args=[asset.pk]) if asset and asset.is_public else "",
        text=work.text,
        all_day=True,
        lat=asset.lat if asset else None,
        lon=asset.lon if asset else None,
        series=Series(str(work.pk), rule.text(), work.starts_on, tuple(sorted(rule.skipped))),
    )
