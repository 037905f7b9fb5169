"""The assessment of a service's effects on private life (ÉFVP in French), one version after the other."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from parvis.core.tenancy.guard import Guard
from parvis.core.tenancy.models import TerritoryModel


class Residual(models.TextChoices):
    """The risk that is left once the measures are in place."""

    LOW = "low", _("Low")
    MEDIUM = "medium", _("Medium")
    HIGH = "high", _("High")


class Assessment(TerritoryModel):
    """What a territory answers for one module. A version that was approved never changes: the next one is drafted."""

    guard: ClassVar[Guard] = Guard.territory()
    personal_fields: ClassVar[tuple[str, ...]] = ("approved_by",)

    module = models.CharField(max_length=40)
    version = models.PositiveSmallIntegerField()
    necessity = models.TextField(_("Why it is needed, and no more than needed"), blank=True, max_length=4000)
    risks = models.TextField(_("What could go wrong for people"), blank=True, max_length=4000)
    measures = models.TextField(_("What protects them"), blank=True, max_length=4000)
    outside = models.TextField(
        _("Whether anything leaves Quebec, and under which protection"), blank=True, max_length=4000
    )
    residual = models.CharField(_("Risk that is left"), max_length=10, choices=Residual, blank=True)
    review_on = models.DateField(_("Look at it again on"), null=True, blank=True)
    started_at = models.DateTimeField(default=timezone.now)
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.UUIDField(null=True, blank=True)

    class Meta:
        ordering = ["module", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["territory", "module", "version"], name="assessment_version_once"),
            models.UniqueConstraint(
                fields=["territory", "module"], name="assessment_one_draft", condition=Q(approved_at=None)
            ),
            models.CheckConstraint(
                name="assessment_approved_is_whole",
                condition=Q(approved_at=None)
                | (
                    ~Q(necessity="")
                    & ~Q(risks="")
                    & ~Q(measures="")
                    & ~Q(outside="")
                    & ~Q(residual="")
                    & Q(review_on__isnull=False)
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.module} {self.version}"
