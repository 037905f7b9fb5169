"""Adoption: accounts and residents served over population, per town and month."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count

from parvis.core.identity.models import Presence
from parvis.core.registry.registry import registry
from parvis.core.tenancy.models import Territory
from parvis.core.tenancy.switches import switched_on

from .models import Served

SMALLEST = 5  # fewer people than this are never told: «less than 5»


@dataclass(frozen=True, slots=True)
class Figure:
    """A counter in a month. `people` is None when too few to be told; `share` of the population, 0 to 1."""

    name: str
    label: str
    month: date
    people: int | None
    share: float | None


def accounts(territory: Territory) -> Figure:
    """Return how many people have entered the territory and not left it."""
    count = Presence.objects.filter(territory=territory, withdrawn_at=None).count()
    return Figure("accounts", "", date.min, count, count / territory.population if territory.population else None)


def figures(territory: Territory, *, months: int = 13) -> list[Figure]:
    """Return each module's counters by month, newest first, small numbers hidden."""
    labels = {
        counter.name: str(counter.label)
        for module, counter in registry().gather("usage")
        if module.name in switched_on()
    }
    rows = Served.objects.filter(counter__in=labels).values("counter", "month").annotate(people=Count("id"))
    recent = sorted({row["month"] for row in rows}, reverse=True)[:months]
    return [
        _figure(territory, row, labels)
        for row in sorted(rows, key=lambda row: (row["month"], row["counter"]), reverse=True)
        if row["month"] in recent
    ]


def _figure(territory: Territory, row: Mapping[str, Any], labels: dict[str, str]) -> Figure:
    people = int(row["people"])
    hidden = people < SMALLEST
    share = people / territory.population if territory.population and not hidden else None
    name = row["counter"]
    return Figure(name, labels[name], row["month"], None if hidden else people, share)
