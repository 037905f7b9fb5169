"""The kinds of problems a territory takes in."""

from typing import ClassVar

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from parvis.core.tenancy.fields import TerritoryForeignKey
from parvis.core.tenancy.guard import Guard
from parvis.core.tenancy.models import TerritoryModel


class Category(TerritoryModel):
    """A kind of problem, with the delay the territory promises. Texts in the three languages; French is the first."""

    guard: ClassVar[Guard] = Guard.territory(read_by_all=True)

    slug = models.SlugField(max_length=50)
    label_fr = models.CharField(_("name in French"), max_length=80)
    label_en = models.CharField(_("name in English"), max_length=80, blank=True)
    label_es = models.CharField(_("name in Spanish"), max_length=80, blank=True)
    keywords = models.CharField(_("words people use"), max_length=400, blank=True)
    icon = models.CharField(max_length=20, default="pin")
    promised_days = models.PositiveSmallIntegerField(_("promised delay, in working days"), default=5)
    team = TerritoryForeignKey("identity.Team", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    order = models.PositiveSmallIntegerField(default=100)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["order", "label_fr"]
        constraints = [models.UniqueConstraint(fields=["territory", "slug"], name="category_slug_once")]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name in the reader's language, in French where it was not translated."""
        return getattr(self, f"label_{get_language() or 'fr'}", "") or self.label_fr
