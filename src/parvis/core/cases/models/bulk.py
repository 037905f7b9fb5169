"""The same act on many cases: what was asked, how far it is, what was refused and why."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from parvis.core.tenancy.guard import Guard
from parvis.core.tenancy.models import TerritoryModel


class BulkRun(TerritoryModel):
    """One press of a clerk on many cases. `waiting` holds those still to do, in order; `text` is gone at the end."""

    guard: ClassVar[Guard] = Guard.territory()
    personal_fields: ClassVar[tuple[str, ...]] = ("text",)

    act = models.CharField(max_length=40)
    actor_id = models.UUIDField()
    choice = models.CharField(max_length=200, blank=True)
    text = models.TextField(max_length=4000, blank=True)
    language = models.CharField(max_length=2, default="fr", help_text="In which the reasons are kept.")
    total = models.PositiveIntegerField()
    waiting = ArrayField(models.UUIDField(), default=list)
    done = models.PositiveIntegerField(default=0)
    refused = models.JSONField(default=list)
    created_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="bulk_run_not_more_than_all", condition=Q(done__lte=F("total"))),
            models.CheckConstraint(name="bulk_run_finished_when_empty", condition=Q(finished_at=None) | Q(waiting=[])),
        ]
        indexes = [models.Index(fields=["territory", "created_at"], name="bulk_run_age")]

    @property
    def treated(self) -> int:
        """How many are behind us, done or refused."""
        return self.done + len(self.refused)
