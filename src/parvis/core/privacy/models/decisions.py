"""Decisions that a program made about somebody."""

from typing import ClassVar

from django.db import models
from django.utils import timezone

from parvis.core.tenancy.guard import Guard
from parvis.core.tenancy.models import TerritoryModel


class Decision(TerritoryModel):
    """A program decided something about a person, for these reasons, by these factors; the person reads all of it.

    `name` is the declaration in a manifest (`registry.personal.AutomatedDecision`), `subject_id` what it was about.
    """

    guard: ClassVar[Guard] = Guard.territory(mine="person_id")
    personal_fields: ClassVar[tuple[str, ...]] = ("outcome", "reasons", "factors")

    name = models.CharField(max_length=80)
    person_id = models.UUIDField()
    subject_id = models.UUIDField(null=True, blank=True)
    outcome = models.CharField(max_length=300)
    reasons = models.TextField(max_length=2000)
    factors = models.JSONField(default=dict)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["person_id", "at"], name="decision_person"),
            models.Index(fields=["territory", "name", "at"], name="decision_name"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.at:%Y-%m-%d}"
