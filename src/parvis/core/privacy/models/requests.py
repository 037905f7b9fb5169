"""What people ask of a territory about their data, with the moment by which it must answer."""

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from parvis.core.tenancy.guard import Guard
from parvis.core.tenancy.models import TerritoryModel


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


class RequestKind(models.TextChoices):
    """What is asked, besides erasure."""

    ACCESS = "access", _("A copy of my file")
    CORRECTION = "correction", _("Correct something")
    REVIEW = "review", _("Have a person look again at an automated decision")
    COMPLAINT = "complaint", _("Complain about how my data are handled")


class DataRequest(TerritoryModel):
    """A request about personal data that a person answers: a copy, a correction, a second look, a complaint.

    `about` is what it concerns, such as a decision. `noted_by`: who wrote it down for somebody who came or called.
    """

    guard: ClassVar[Guard] = Guard.territory(mine="person_id")
    personal_fields: ClassVar[tuple[str, ...]] = ("words", "answer")

    person_id = models.UUIDField()
    kind = models.CharField(max_length=10, choices=RequestKind)
    words = models.TextField(blank=True, max_length=4000)
    about = models.UUIDField(null=True, blank=True)
    channel = models.CharField(max_length=10)
    noted_by = models.UUIDField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=RequestState, default=RequestState.ASKED)
    asked_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.UUIDField(null=True, blank=True)
    answer = models.TextField(blank=True, max_length=4000)

    class Meta:
        ordering = ["asked_at"]
        constraints = [
            models.CheckConstraint(
                name="datarequest_decided_iff_not_asked", condition=Q(state="asked") ^ Q(decided_at__isnull=False)
            ),
            models.CheckConstraint(
                name="datarequest_answered_with_words",
                condition=~Q(state__in=["done", "refused"]) | ~Q(answer=""),
            ),
            models.CheckConstraint(name="datarequest_due_after", condition=Q(due_at__gt=models.F("asked_at"))),
        ]
        indexes = [
            models.Index(fields=["territory", "state", "due_at"], name="datarequest_waiting"),
            models.Index(fields=["person_id", "asked_at"], name="datarequest_person"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} asked {self.asked_at:%Y-%m-%d}"

    def is_late(self, now: datetime) -> bool:
        """Tell whether it still waits after its delay."""
        return self.state == RequestState.ASKED and now > self.due_at
