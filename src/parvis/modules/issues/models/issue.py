"""A reported problem."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from parvis.core.tenancy.fields import TerritoryForeignKey, TerritoryOneToOneField
from parvis.core.tenancy.guard import Guard
from parvis.core.tenancy.models import TerritoryModel
from parvis.lib.errors import WrongState
from parvis.modules.issues import workflow
from parvis.modules.issues.workflow import Status

from .category import Category

PHOTO = "issues.photo"  # the purpose of a report's photos


STATUS_LABELS = {
    Status.REPORTED: pgettext_lazy("report", "Reported"),
    Status.ACCEPTED: pgettext_lazy("report", "Taken in charge"),
    Status.PLANNED: pgettext_lazy("report", "Planned"),
    Status.RESOLVED: pgettext_lazy("report", "Solved"),
    Status.DECLINED: pgettext_lazy("report", "Closed without work"),
}


class Issue(TerritoryModel):
    """A problem in public space that someone asks the municipality to fix.

    Everything common to all requests (who, clock, messages, history) is in its case. The description is the reporter's
    until staff release it; `lat` and `lon` are WGS 84 degrees.
    """

    guard: ClassVar[Guard] = Guard.territory(mine="person_id", network="not is_hidden", service="issues")
    personal_fields: ClassVar[tuple[str, ...]] = ("description", "address", "answer", "answers")

    case = TerritoryOneToOneField("cases.Case", on_delete=models.PROTECT, related_name="issue")
    code = models.CharField(max_length=12, help_text=_("The case's public code."))
    category = TerritoryForeignKey(Category, on_delete=models.PROTECT, related_name="issues")
    person_id = models.UUIDField(null=True)
    status = models.CharField(max_length=12, choices=[(s.value, label) for s, label in STATUS_LABELS.items()])
    description = models.TextField(max_length=4000, blank=True)
    answers = models.JSONField(
        default=list, db_default=[], help_text=_("What was answered to the questions, with their words then.")
    )
    address = models.CharField(max_length=200, blank=True)
    lat = models.FloatField()
    lon = models.FloatField()
    district_id = models.UUIDField(null=True)
    answer = models.TextField(max_length=4000, blank=True)
    reported_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    is_text_public = models.BooleanField(default=False)
    is_hidden = models.BooleanField(default=False, help_text=_("Not shown in public: private ground, insult, error."))
    idempotency_key = models.CharField(max_length=64, null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="issue_dated_iff_resolved", condition=Q(status="resolved") ^ Q(resolved_at=None)
            ),
            models.CheckConstraint(
                name="issue_answered_iff_ended", condition=Q(status__in=["resolved", "declined"]) ^ Q(answer="")
            ),
            models.CheckConstraint(
                name="issue_on_the_globe", condition=Q(lat__gte=-90, lat__lte=90, lon__gte=-180, lon__lte=180)
            ),
            models.UniqueConstraint(fields=["territory", "code"], name="issue_code_once"),
            models.UniqueConstraint(fields=["territory", "idempotency_key"], name="issue_sent_once"),
        ]
        indexes = [
            models.Index(fields=["territory", "-reported_at", "id"], name="issue_newest"),
            models.Index(fields=["territory", "status", "-reported_at"], name="issue_by_status"),
            models.Index(fields=["territory", "category", "-reported_at"], name="issue_by_category"),
            models.Index(fields=["territory", "lat", "lon"], name="issue_window"),
            models.Index(fields=["person_id", "-reported_at"], name="issue_mine"),
        ]

    def __str__(self) -> str:
        return f"{self.code}: {self.category}"

    def get_absolute_url(self) -> str:
        """Return the public page's address."""
        return reverse("issues:detail", args=[self.code])

    @property
    def is_open(self) -> bool:
        """Whether something is still to be done."""
        return Status(self.status) in workflow.OPEN

    @property
    def status_label(self) -> str:
        """The state in the reader's words."""
        return str(STATUS_LABELS[Status(self.status)])

    def advance(self, *, to: Status, **changes: object) -> None:
        """Take the step to a state, by one conditional update. Raises WrongState when the table has no such step."""
        sources = [state.value for state in workflow.sources(to)]
        moved = Issue.objects.filter(pk=self.pk, status__in=sources).update(status=to, **changes)
        if not moved:
            raise WrongState
        self.status = to
        for name, value in changes.items():
            setattr(self, name, value)
