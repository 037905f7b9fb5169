"""What was learned of the words that people use here."""

from typing import ClassVar

from django.db import models
from django.utils import timezone

from parvis.core.tenancy.guard import Guard
from parvis.core.tenancy.models import TerritoryModel


class Learned(TerritoryModel):
    """The weights that suggest a category from plain words, one row a territory, made again every week.

    Hashed pieces of words and a number a category: no sentence, and nothing that one report alone said.
    """

    guard: ClassVar[Guard] = Guard.territory()
    not_archived: ClassVar[str] = "Learned again from the reports."

    weights = models.BinaryField()
    examples = models.PositiveIntegerField()
    learned_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["territory"], name="learned_one_a_territory")]
