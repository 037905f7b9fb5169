"""The ledger of consents: each yes and each no is a line of its own, never changed."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from parvis.core.tenancy.guard import Guard
from parvis.core.tenancy.models import TerritoryModel


class Consent(TerritoryModel):
    """Somebody said yes or no to one purpose, in words of that version, through a door. The newest line holds.

    Bare ids: the ledger proves what was agreed to, also once the person is erased. `by`: who wrote it down.
    """

    guard: ClassVar[Guard] = Guard.territory(mine="person_id", append_only=True)
    personal_fields: ClassVar[tuple[str, ...]] = ()

    person_id = models.UUIDField()
    purpose = models.CharField(max_length=80)
    version = models.PositiveSmallIntegerField()
    is_given = models.BooleanField()
    channel = models.CharField(max_length=10)
    by = models.UUIDField(null=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [models.CheckConstraint(name="consent_has_words", condition=Q(version__gte=1))]
        indexes = [models.Index(fields=["territory", "person_id", "purpose", "at"], name="consent_newest")]

    def __str__(self) -> str:
        return f"{self.purpose}: {'yes' if self.is_given else 'no'}"
