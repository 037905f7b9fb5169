"""A reported problem."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from parvis.core.tenancy.fields import TerritoryForeignKey, TerritoryOneToOneField
from parvis.core.tenancy.guard import Guard
from parvis.core.tenancy.models import TerritoryModel
from parvis.lib.errors import WrongState
from parvis.modules.issues import discretion, workflow
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


PRECISIONS = [("day", _("To the day")), ("month", _("To the month"))]


class Issue(TerritoryModel):
    """A problem in public space that someone asks the municipality to fix.

    Everything common to all requests (who, clock, messages, history) is in its case. The description is the reporter's
    until staff release it; `lat` and `lon` are WGS 84 degrees. A report taken in from a file (`source_key`) may have no
    place, and no moment when it was solved: what the file does not say is left empty, never made up.
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
    lat = models.FloatField(null=True, blank=True)
    lon = models.FloatField(null=True, blank=True)
    district_id = models.UUIDField(null=True)
    answer = models.TextField(max_length=4000, blank=True)
    reported_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField(db_default=Now(), help_text=_("The database writes it (sql/changed.sql)."))
    is_text_public = models.BooleanField(default=False)
    is_hidden = models.BooleanField(default=False, help_text=_("Not shown in public: private ground, insult, error."))
    idempotency_key = models.CharField(max_length=64, null=True, blank=True)
    planned_from = models.DateTimeField(_("work planned from"), null=True, blank=True)
    planned_until = models.DateTimeField(_("work planned until"), null=True, blank=True)
    source_key = models.CharField(
        max_length=200, null=True, blank=True, help_text=_("Where it was taken in from: a file and a line, or an id.")
    )
    precision = models.CharField(
        max_length=5,
        choices=PRECISIONS,
        blank=True,
        db_default="",
        default="",
        help_text=_("How closely the moment of the report is known."),
    )
    warned_for = models.DateTimeField(null=True, blank=True, help_text="The promise of which staff were warned.")
    asset = TerritoryForeignKey(
        "assets.Asset", on_delete=models.SET_NULL, null=True, blank=True, related_name="issues", db_index=False
    )
    routed_by = TerritoryForeignKey(
        "issues.RoutingRule", on_delete=models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="issue_dated_iff_resolved",
                condition=(Q(status="resolved") ^ Q(resolved_at=None)) | Q(status="resolved", source_key__isnull=False),
            ),
            models.CheckConstraint(
                name="issue_answered_iff_ended", condition=Q(status__in=["resolved", "declined"]) ^ Q(answer="")
            ),
            models.CheckConstraint(
                name="issue_on_the_globe", condition=Q(lat__gte=-90, lat__lte=90, lon__gte=-180, lon__lte=180)
            ),
            models.CheckConstraint(
                name="issue_placed_unless_imported",
                condition=Q(lat__isnull=False, lon__isnull=False)
                | Q(lat__isnull=True, lon__isnull=True, source_key__isnull=False),
            ),
            models.CheckConstraint(
                name="issue_planned_in_order",
                condition=Q(planned_until=None) | Q(planned_from__isnull=False, planned_until__gte=F("planned_from")),
            ),
            models.UniqueConstraint(fields=["territory", "code"], name="issue_code_once"),
            models.UniqueConstraint(fields=["territory", "idempotency_key"], name="issue_sent_once"),
            models.UniqueConstraint(fields=["territory", "source_key"], name="issue_taken_in_once"),
        ]
        indexes = [
            # The public list is one walk of one of these, whatever is asked; the open ones are few among many.
            *(
                models.Index(fields=["territory", *asked, "-reported_at", "-id"], name=f"issue_{name}")
                for name, asked in {
                    "latest": [],
                    "state_latest": ["status"],
                    "kind_latest": ["category"],
                    "part_latest": ["district_id"],
                }.items()
            ),
            *(
                models.Index(
                    fields=["territory", *asked, "-reported_at", "-id"],
                    name=f"issue_{name}",
                    condition=Q(status__in=sorted(status.value for status in workflow.OPEN)),
                )
                for name, asked in {"open": [], "open_kind": ["category"], "open_part": ["district_id"]}.items()
            ),
            models.Index(fields=["territory", "resolved_at"], name="issue_solved", condition=Q(status="resolved")),
            # What is still to be done near a place, offered before the same is reported again.
            models.Index(
                fields=["territory", "lat", "lon"],
                name="issue_open_window",
                condition=Q(status__in=["accepted", "planned", "reported"], is_hidden=False),
            ),
            models.Index(fields=["territory", "changed_at"], name="issue_changed"),
            models.Index(fields=["person_id", "-reported_at"], name="issue_mine"),
            models.Index(
                fields=["territory", "planned_from"], name="issue_planned", condition=Q(planned_from__isnull=False)
            ),
            models.Index(
                fields=["territory", "asset", "-reported_at"], name="issue_of_asset", condition=Q(asset__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code}: {self.category}"

    def get_absolute_url(self) -> str:
        """Return the public page's address."""
        return reverse("issues:detail", args=[self.code])

    @property
    def is_placed(self) -> bool:
        """Whether it is known where: a report from a file may not say it, and then stands on no map."""
        return self.lat is not None

    def place(self, *, exact: bool) -> discretion.Place:
        """Return where it is, as staff and its reporter know it (`exact`) or as everyone may."""
        if exact:
            return discretion.Place(self.address, self.lat, self.lon)
        return discretion.Place(self.shown_address, self.shown_lat, self.shown_lon)

    @property
    def shown_address(self) -> str:
        """The address as everyone may read it: of kinds that name a home, the street."""
        return discretion.shown_address(self.address, street_only=self.category.street_only)

    @property
    def shown_lat(self) -> float | None:
        """The latitude as closely as everyone may know it."""
        return discretion.shown_degrees(self.lat, street_only=self.category.street_only)

    @property
    def shown_lon(self) -> float | None:
        """The longitude as closely as everyone may know it."""
        return discretion.shown_degrees(self.lon, street_only=self.category.street_only)

    @property
    def moment_form(self) -> str:
        """How its moments are written: no more closely than they are known."""
        return {"month": "F Y", "day": "DATE_FORMAT"}.get(self.precision, "DATETIME_FORMAT")

    @property
    def date_form(self) -> str:
        """How its dates are written: no more closely than they are known."""
        return "F Y" if self.precision == "month" else "DATE_FORMAT"

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
