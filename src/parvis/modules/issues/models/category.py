"""The kinds of problems a territory takes in."""

from datetime import date
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from parvis.core.tenancy.fields import TerritoryForeignKey
from parvis.core.tenancy.guard import Guard
from parvis.core.tenancy.models import TerritoryModel
from parvis.modules.issues import season


class Category(TerritoryModel):
    """A kind of problem, with the delay the territory promises. Texts in the three languages; French is the first."""

    guard: ClassVar[Guard] = Guard.territory(read_by_all=True)
    is_fact: ClassVar[bool] = True

    slug = models.SlugField(max_length=50)
    label_fr = models.CharField(_("name in French"), max_length=80)
    label_en = models.CharField(_("name in English"), max_length=80, blank=True)
    label_es = models.CharField(_("name in Spanish"), max_length=80, blank=True)
    help_fr = models.CharField(_("help in French"), max_length=300, blank=True, default="", db_default="")
    help_en = models.CharField(_("help in English"), max_length=300, blank=True, default="", db_default="")
    help_es = models.CharField(_("help in Spanish"), max_length=300, blank=True, default="", db_default="")
    season_start = models.PositiveSmallIntegerField(null=True, blank=True, help_text="MMDD")
    season_end = models.PositiveSmallIntegerField(null=True, blank=True, help_text="MMDD")
    out_fr = models.CharField(_("out of season, in French"), max_length=300, blank=True, default="", db_default="")
    out_en = models.CharField(_("out of season, in English"), max_length=300, blank=True, default="", db_default="")
    out_es = models.CharField(_("out of season, in Spanish"), max_length=300, blank=True, default="", db_default="")
    warn_days = models.PositiveSmallIntegerField(
        _("warn before the promise breaks, in working days"), null=True, blank=True, default=1, db_default=1
    )
    asset_kinds = ArrayField(models.CharField(max_length=12), default=list, db_default=[], blank=True)
    keywords = models.CharField(_("words people use"), max_length=400, blank=True)
    street_only = models.BooleanField(
        _("Everyone sees the street only"),
        default=False,
        db_default=False,
        help_text=_("For kinds that name somebody's home: no door number, and on the map a point nearby."),
    )
    icon = models.CharField(max_length=20, default="pin")
    promised_days = models.PositiveSmallIntegerField(_("promised delay, in working days"), default=5)
    team = TerritoryForeignKey("identity.Team", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    order = models.PositiveSmallIntegerField(default=100)
    is_active = models.BooleanField(default=True)
    for_residents = models.BooleanField(_("only for proven residents"), default=False, db_default=False)

    class Meta:
        ordering = ["order", "label_fr"]
        constraints = [
            models.UniqueConstraint(fields=["territory", "slug"], name="category_slug_once"),
            models.CheckConstraint(
                name="category_season_whole",
                condition=Q(season_start__isnull=True, season_end__isnull=True)
                | Q(season_start__isnull=False, season_end__isnull=False)
                & Q(season_start__range=(101, 1231), season_end__range=(101, 1231)),
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name in the reader's language, in French where it was not translated."""
        return getattr(self, f"label_{get_language() or 'fr'}", "") or self.label_fr

    @property
    def help(self) -> str:
        """What helps to choose it, in the reader's language, in French where it was not translated."""
        return getattr(self, f"help_{get_language() or 'fr'}", "") or self.help_fr

    @property
    def out_of_season(self) -> str:
        """What is said out of season, in the reader's language, in French where it was not translated."""
        return getattr(self, f"out_{get_language() or 'fr'}", "") or self.out_fr

    def is_offered(self, day: date) -> bool:
        """Tell whether residents may choose it on a day: in use, and in its season."""
        return self.is_active and season.is_in(day, self.season_start, self.season_end)
