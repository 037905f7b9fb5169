"""Exports waiting to be fetched, and what people ask of a territory about their data."""

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from parvis.core.identity.models import Person
from parvis.core.tenancy.guard import Guard
from parvis.core.tenancy.models import TerritoryModel
from parvis.lib.ids import new_id


class PersonExport(models.Model):
    """One complete export of a person's data, from all territories, kept a week. For that person alone."""

    guard: ClassVar[Guard] = Guard.of_person(is_private=True)

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    ready_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    path = models.CharField(max_length=200, blank=True)
    size = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="person_export_ready_has_file", condition=Q(ready_at=None, path="") | Q(ready_at__isnull=False)
            ),
            models.UniqueConstraint(fields=["person"], name="person_export_one_waits", condition=Q(ready_at=None)),
        ]

    def __str__(self) -> str:
        return f"export of {self.asked_at:%Y-%m-%d}"


class RequestState(models.TextChoices):
    """A request waits, then is carried out, refused with a reason, or taken back."""

    ASKED = "asked", _("Waiting")
    DONE = "done", _("Carried out")
    REFUSED = "refused", _("Refused")
    CANCELLED = "cancelled", _("Taken back")


class ErasureRequest(TerritoryModel):
    """Somebody asks a territory to erase what it holds about them. A bare id: the request outlives the details."""

    guard: ClassVar[Guard] = Guard.territory(mine="person_id")
    personal_fields: ClassVar[tuple[str, ...]] = ("reason", "kept")

    person_id = models.UUIDField()
    state = models.CharField(max_length=10, choices=RequestState, default=RequestState.ASKED)
    asked_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(help_text=_("The law gives thirty days."))
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.UUIDField(null=True, blank=True)
    reason = models.TextField(blank=True, max_length=2000)
    kept = models.JSONField(default=list, help_text=_("What had to be kept, by module, with the reason."))

    class Meta:
        ordering = ["asked_at"]
        constraints = [
            models.CheckConstraint(
                name="erasure_decided_iff_not_asked", condition=Q(state="asked") ^ Q(decided_at__isnull=False)
            ),
            models.CheckConstraint(name="erasure_refused_with_reason", condition=~Q(state="refused") | ~Q(reason="")),
            models.UniqueConstraint(
                fields=["territory", "person_id"], name="erasure_one_waits", condition=Q(state="asked")
            ),
        ]
        indexes = [models.Index(fields=["territory", "state", "due_at"], name="erasure_waiting")]

    def __str__(self) -> str:
        return f"erasure asked {self.asked_at:%Y-%m-%d}"

    def is_late(self, now: datetime) -> bool:
        """Tell whether it still waits after its delay."""
        return self.state == RequestState.ASKED and now > self.due_at
