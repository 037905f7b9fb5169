"""Answers kept ready, in three languages, with blanks that each case fills."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from parvis.core.tenancy.guard import Guard
from parvis.core.tenancy.models import TerritoryModel


class CannedAnswer(TerritoryModel):
    """An answer that staff insert with one press. Empty `kind`: for every kind; empty `topics`: for all of a kind's."""

    guard: ClassVar[Guard] = Guard.territory()
    personal_fields: ClassVar[tuple[str, ...]] = ()

    name = models.CharField(_("name of the answer"), max_length=80)
    kind = models.CharField(max_length=40, blank=True)
    topics = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    text_fr = models.TextField(_("in French"), max_length=4000)
    text_en = models.TextField(_("in English"), max_length=4000, blank=True)
    text_es = models.TextField(_("in Spanish"), max_length=4000, blank=True)
    order = models.PositiveSmallIntegerField(default=100)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["order", "name"]
        constraints = [
            models.CheckConstraint(name="canned_answer_in_french", condition=~Q(text_fr="")),
            models.UniqueConstraint(fields=["territory", "name"], name="canned_answer_name_once"),
        ]

    def __str__(self) -> str:
        return self.name

    def text_in(self, language: str) -> tuple[str, str]:
        """Return the text in a language, or in French, with the language it is in."""
        text = getattr(self, f"text_{language}", "")
        return (text, language) if text else (self.text_fr, "fr")
