"""Works that come back: hydrants flushed each May, leaves fetched each Monday of October."""

from datetime import date
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from parvis.core.tenancy.fields import TerritoryForeignKey
from parvis.core.tenancy.guard import Guard
from parvis.core.tenancy.models import TerritoryModel
from parvis.modules.issues.recurrence import LAST, Recurrence

from .routing import WEEKDAYS


class Unit(models.TextChoices):
    """What is counted between two times."""

    WEEK = "week", _("weeks")
    MONTH = "month", _("months")
    YEAR = "year", _("years")


NTH = [
    (0, _("each of these days")),
    (1, _("the first of the month")),
    (2, _("the second of the month")),
    (3, _("the third of the month")),
    (4, _("the fourth of the month")),
    (LAST, _("the last of the month")),
]


def _said(most: int) -> dict[str, Any]:
    return {"max_length": most, "blank": True, "default": "", "db_default": ""}


class RecurringWork(TerritoryModel):
    """Planned works that repeat, each time for whole days; shown to everyone in the calendar while `is_public`."""

    guard: ClassVar[Guard] = Guard.territory(service="issues", network="is_public")
    personal_fields: ClassVar[tuple[str, ...]] = ()

    title_fr = models.CharField(_("name in French"), max_length=120)
    title_en = models.CharField(_("name in English"), max_length=120, blank=True, default="", db_default="")
    title_es = models.CharField(_("name in Spanish"), max_length=120, blank=True, default="", db_default="")
    text_fr = models.CharField(_("what residents should know, in French"), **_said(400))
    text_en = models.CharField(_("what residents should know, in English"), **_said(400))
    text_es = models.CharField(_("what residents should know, in Spanish"), **_said(400))
    place_fr = models.CharField(_("where, in French"), **_said(200))
    place_en = models.CharField(_("where, in English"), **_said(200))
    place_es = models.CharField(_("where, in Spanish"), **_said(200))
    team = TerritoryForeignKey("identity.Team", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    asset = TerritoryForeignKey(
        "assets.Asset", on_delete=models.SET_NULL, null=True, blank=True, related_name="recurring", db_index=False
    )
    starts_on = models.DateField(_("first day"))
    days = models.PositiveSmallIntegerField(_("how many days each time"), default=1)
    every = models.PositiveSmallIntegerField(_("every"), default=1)
    unit = models.CharField(max_length=5, choices=Unit, default=Unit.YEAR)
    weekdays = ArrayField(models.PositiveSmallIntegerField(choices=WEEKDAYS), default=list, blank=True)
    nth = models.SmallIntegerField(_("which of them"), choices=NTH, default=0)
    months = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    until = models.DateField(_("until"), null=True, blank=True)
    skipped = ArrayField(models.DateField(), default=list, blank=True)
    is_public = models.BooleanField(_("shown to everyone"), default=True)

    class Meta:
        ordering = ["title_fr", "id"]
        constraints = [
            models.CheckConstraint(name="recurring_unit_known", condition=Q(unit__in=["week", "month", "year"])),
            models.CheckConstraint(
                name="recurring_in_measure", condition=Q(every__gte=1, every__lte=60, days__gte=1, days__lte=60)
            ),
            models.CheckConstraint(name="recurring_nth_known", condition=Q(nth__in=[-1, 0, 1, 2, 3, 4])),
            models.CheckConstraint(name="recurring_in_order", condition=Q(until=None) | Q(until__gte=F("starts_on"))),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """The name in the reader's language, in French where it was not translated."""
        return self._in_own_words("title")

    @property
    def text(self) -> str:
        """What residents should know, in the reader's language, in French where it was not translated."""
        return self._in_own_words("text")

    @property
    def place(self) -> str:
        """Where, in the reader's language, in French where it was not translated."""
        return self._in_own_words("place")

    def _in_own_words(self, name: str) -> str:
        said = getattr(self, f"{name}_{get_language() or 'fr'}", "") or getattr(self, f"{name}_fr")
        return str(said)

    @property
    def recurrence(self) -> Recurrence:
        """How it repeats."""
        return Recurrence(
            first=self.starts_on,
            unit=self.unit,
            every=self.every,
            weekdays=sorted(self.weekdays),
            months=sorted(self.months),
            nth=self.nth,
            until=self.until,
            skipped=frozenset(self.skipped),
        )

    def coming(self, start: date, most: int = 6) -> list[tuple[date, bool]]:
        """Return its next first days, each with whether it takes place."""
        return [(day, day not in self.skipped) for day in self.recurrence.coming(start, most)]
