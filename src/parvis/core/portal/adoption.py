"""Adoption: accounts and residents served over population, per town and month."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Count

from parvis.core.registry.registry import registry
from parvis.core.tenancy.models import Territory
from parvis.core.tenancy.switches import switched_on
from parvis.lib.small_numbers import LEAST, told

from .models import Served

SMALLEST = LEAST  # fewer people than this are never told: «less than 5»
MONTHS = 13


@dataclass(frozen=True, slots=True)
class Figure:
    """A counter in a month. `people` is None when too few to be told; `share` of the population, 0 to 1."""

    label: str
    month: date
    people: int | None
    share: float | None

    @property
    def percent(self) -> float | None:
        """The share in a hundred."""
        return None if self.share is None else self.share * 100


def months_until(now: datetime, territory: Territory, count: int = MONTHS) -> list[date]:
    """Return the first days of so many months, the running one first, by the town's calendar."""
    today = now.astimezone(ZoneInfo(territory.timezone)).date()
    ago = [today.year * 12 + today.month - 1 - back for back in range(count)]
    return [date(number // 12, number % 12 + 1, 1) for number in ago]


def accounts(territory: Territory, *, now: datetime) -> list[Figure]:
    """Return how many accounts had entered the town and not left it at the end of each month, the newest first."""
    gained: dict[date, int] = defaultdict(int)
    with connection.cursor() as cursor:
        cursor.execute("SELECT month, gained FROM parvis.accounts_by_month(%s)", [territory.timezone])
        gained.update(cursor.fetchall())
    months = months_until(now, territory)
    held = {month: sum(count for other, count in gained.items() if other <= month) for month in months}
    return [_figure(territory, "", month, held[month]) for month in months if held[month]]


def served(territory: Territory, *, now: datetime) -> list[Figure]:
    """Return how many residents each module served in each month, the newest first; small numbers stay hidden."""
    on = switched_on()
    labels = {
        (module.name, counter.name): str(counter.label)
        for module, counter in registry().gather("usage")
        if module.name in on
    }
    rows = Served.objects.filter(month__gte=months_until(now, territory)[-1])
    counted = rows.values_list("month", "module", "counter").annotate(people=Count("id")).order_by("-month", "module")
    return [
        _figure(territory, labels[module, counter], month, people)
        for month, module, counter, people in counted
        if (module, counter) in labels
    ]


def _figure(territory: Territory, label: str, month: date, people: int) -> Figure:
    shown = told(people).count
    share = shown / territory.population if territory.population and shown is not None else None
    return Figure(label, month, shown, share)
