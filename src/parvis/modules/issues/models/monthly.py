"""The report of a month for the council."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from parvis.core.files.models import StoredFile
from parvis.core.identity.models import Language
from parvis.core.tenancy.fields import TerritoryForeignKey
from parvis.core.tenancy.guard import Guard
from parvis.core.tenancy.models import TerritoryModel

PAPER = "issues.monthly"  # the purpose of the file


class MonthlyPaper(TerritoryModel):
    """The paper of a month, in a language: asked for, then made in the background and kept as a file."""

    guard: ClassVar[Guard] = Guard.territory()
    personal_fields: ClassVar[tuple[str, ...]] = ()

    month = models.DateField(help_text="Its first day.")
    language = models.CharField(max_length=2, default="fr")
    file = TerritoryForeignKey(StoredFile, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    asked_at = models.DateTimeField()
    made_at = models.DateTimeField(_("made"), null=True, blank=True)

    class Meta:
        ordering = ["-month", "language"]
        constraints = [
            models.UniqueConstraint(fields=["territory", "month", "language"], name="monthly_paper_once"),
            models.CheckConstraint(name="monthly_paper_first_day", condition=models.Q(month__day=1)),
            models.CheckConstraint(
                name="monthly_paper_made_with_file",
                condition=models.Q(file=None) | models.Q(made_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.language}"

    @property
    def language_name(self) -> str:
        """The language's own name."""
        return str(Language(self.language).label)
