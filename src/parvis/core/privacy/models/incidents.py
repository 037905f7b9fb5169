"""Confidentiality incidents: what happened, how grave it is by the law's criteria, who was told, kept five years."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from parvis.core.tenancy.guard import Guard
from parvis.core.tenancy.models import TerritoryModel
from parvis.lib.ids import new_code


class IncidentKind(models.TextChoices):
    """The ways the law names."""

    ACCESS = "access", _("Somebody saw it without a right")
    USE = "use", _("It was used without a right")
    COMMUNICATION = "sent", _("It was sent or shown to the wrong person")
    LOSS = "loss", _("It was lost or stolen")
    OTHER = "other", _("Another breach of its protection")


class Level(models.IntegerChoices):
    """How much, of each criterion."""

    LOW = 1, _("Low")
    MEDIUM = 2, _("Medium")
    HIGH = 3, _("High")


class Incident(TerritoryModel):
    """One line of the register of incidents. `is_serious`: the officer's conclusion, empty until assessed."""

    guard: ClassVar[Guard] = Guard.territory()
    personal_fields: ClassVar[tuple[str, ...]] = ("circumstances", "data_involved", "measures", "reasons", "untold")

    code = models.CharField(max_length=12, default=new_code)
    kind = models.CharField(max_length=10, choices=IncidentKind)
    began_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    noticed_at = models.DateTimeField()
    circumstances = models.TextField(max_length=4000)
    data_involved = models.TextField(max_length=2000)
    people_count = models.PositiveIntegerField(null=True, blank=True)
    measures = models.TextField(blank=True, max_length=4000)
    noted_at = models.DateTimeField(default=timezone.now)
    noted_by = models.UUIDField(null=True)
    sensitivity = models.PositiveSmallIntegerField(null=True, choices=Level)
    consequences = models.PositiveSmallIntegerField(null=True, choices=Level)
    likelihood = models.PositiveSmallIntegerField(null=True, choices=Level)
    is_serious = models.BooleanField(null=True)
    reasons = models.TextField(blank=True, max_length=4000)
    assessed_at = models.DateTimeField(null=True)
    assessed_by = models.UUIDField(null=True)
    commission_told_at = models.DateTimeField(null=True)
    people_told_at = models.DateTimeField(null=True)
    untold = models.TextField(blank=True, max_length=2000)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-noticed_at"]
        constraints = [
            models.UniqueConstraint(fields=["territory", "code"], name="incident_code_once"),
            models.CheckConstraint(
                name="incident_assessed_whole",
                condition=Q(assessed_at=None, is_serious=None)
                | (
                    Q(
                        assessed_at__isnull=False,
                        is_serious__isnull=False,
                        sensitivity__isnull=False,
                        consequences__isnull=False,
                        likelihood__isnull=False,
                    )
                    & ~Q(reasons="")
                ),
            ),
            models.CheckConstraint(
                name="incident_closed_once_told",
                condition=Q(closed_at=None)
                | (
                    Q(is_serious__isnull=False)
                    & (
                        Q(is_serious=False)
                        | (Q(commission_told_at__isnull=False) & (Q(people_told_at__isnull=False) | ~Q(untold="")))
                    )
                ),
            ),
            models.CheckConstraint(
                name="incident_ends_after",
                condition=Q(ended_on=None) | Q(began_on=None) | Q(ended_on__gte=F("began_on")),
            ),
            models.CheckConstraint(
                name="incident_levels",
                condition=Q(sensitivity=None)
                | Q(sensitivity__in=[1, 2, 3], consequences__in=[1, 2, 3], likelihood__in=[1, 2, 3]),
            ),
        ]
        indexes = [models.Index(fields=["territory", "-noticed_at"], name="incident_noticed")]

    def __str__(self) -> str:
        return self.code
