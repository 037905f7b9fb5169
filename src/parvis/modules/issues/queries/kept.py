"""What figures ask of the kept counts: which reports, over which months, and how their keys are called."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext

from parvis.core.aggregates.models import NOBODY
from parvis.core.aggregates.spans import month_of, months_later
from parvis.core.geo.models import District
from parvis.core.identity.models import Team
from parvis.core.tenancy.here import zone_here
from parvis.lib.actor import Actor
from parvis.modules.issues.models import Category
from parvis.modules.issues.models.kept import Shared


@dataclass(frozen=True, slots=True)
class Asked:
    """Which reports figures are about, over whole months (`first` and `last` are first days, both included).

    `districts`: None for all, those that the reader's roles cover otherwise.
    """

    first: date
    last: date
    category_id: UUID | None = None
    team_id: UUID | None = None
    district_id: UUID | None = None
    districts: frozenset[UUID] | None = None

    def of(self, model: type[Shared]) -> QuerySet[Any]:
        """Return the kept rows asked about, of all days."""
        rows: QuerySet[Any] = model._default_manager.all()
        for key in ("category_id", "team_id", "district_id"):
            wanted = getattr(self, key)
            if wanted is not None:
                rows = rows.filter(**{key: wanted})
        return rows if self.districts is None else rows.filter(district_id__in=sorted(self.districts))

    def months_of(self, model: type[Shared]) -> QuerySet[Any]:
        """Return the kept rows asked about, of the months."""
        return self.of(model).filter(day__gte=self.first, day__lt=months_later(self.last, 1))

    @property
    def months(self) -> list[date]:
        """The months, oldest first."""
        found = [self.first]
        while found[-1] < self.last:
            found.append(months_later(found[-1], 1))
        return found


def today_here(now: datetime) -> date:
    """Return the day it is in the territory in force."""
    return now.astimezone(zone_here()).date()


def last_months(now: datetime, count: int = 12, **chosen: Any) -> Asked:
    """Ask about the last whole months: the running one is not over, and would look better than it is."""
    last = months_later(month_of(today_here(now)), -1)
    return Asked(months_later(last, 1 - count), last, **chosen)


def monday_of(day: date) -> date:
    """Return the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def districts_of(actor: Actor, permission: str) -> frozenset[UUID] | None:
    """Return the districts that an actor's roles cover with a permission; None for the whole territory."""
    if actor.may(permission):
        return None
    grants = [grant for grant in actor.grants if grant.covers(permission, actor.territory_id, grant.district_id)]
    return frozenset(grant.district_id for grant in grants if grant.district_id is not None)


def names_of(key: str) -> Mapping[UUID, str]:
    """Return how the values of a key (``category_id``, ``team_id``, ``district_id``) are called, in their order."""
    if key == "category_id":
        return {row.pk: row.label for row in Category.objects.all()}
    if key == "team_id":
        return {**dict(Team.objects.values_list("pk", "name")), NOBODY: gettext("No team")}
    names = District.objects.order_by("name").values_list("pk", "name")
    return {**dict(names), NOBODY: gettext("No district")}


def sums_by(rows: Any, key: str | None, **wanted: Any) -> dict[Any, dict[str, int]]:
    """Return sums of kept rows by the values of a key; under None those of all of them without a key."""
    asked = {f"sum_{name}": expression for name, expression in wanted.items()}
    found = (
        {None: rows.aggregate(**asked)} if key is None else {r.pop(key): r for r in rows.values(key).annotate(**asked)}
    )
    return {value: {name: row[f"sum_{name}"] or 0 for name in wanted} for value, row in found.items()}
