"""Work in the field: what a crew has to do on a day, and what it did there."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from parvis.core.tenancy.fields import TerritoryForeignKey
from parvis.core.tenancy.guard import Guard
from parvis.core.tenancy.models import TerritoryModel
from parvis.lib.money import Money

from .issue import Issue


class FieldStop(TerritoryModel):
    """A report on the shortlist of a day, for a team or for one of its people."""

    guard: ClassVar[Guard] = Guard.territory(service="issues")
    personal_fields: ClassVar[tuple[str, ...]] = ("person_id",)

    issue = TerritoryForeignKey(Issue, on_delete=models.CASCADE, related_name="stops")
    day = models.DateField()
    team = TerritoryForeignKey("identity.Team", on_delete=models.CASCADE, null=True, related_name="+")
    person_id = models.UUIDField(null=True, help_text=_("The crew member, when it is not for a whole team."))
    put_by = models.UUIDField(null=True)
    put_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["territory", "day", "issue"], name="stop_once_a_day"),
            models.CheckConstraint(name="stop_for_somebody", condition=Q(team=None) ^ Q(person_id=None)),
        ]
        indexes = [models.Index(fields=["territory", "day", "team"], name="stop_of_day")]

    def __str__(self) -> str:
        return f"{self.day}: {self.issue_id}"


class Act(models.TextChoices):
    """What a crew says of a report."""

    STARTED = "started", _("Started")
    DONE = "done", _("Done")
    COULD_NOT = "could_not", _("Could not be done")


class Outcome(models.TextChoices):
    """What became of an act when it arrived, perhaps hours later."""

    APPLIED = "applied", _("Applied")
    NOTED = "noted", _("Noted")
    KEPT = "kept", _("Kept: the report had ended already")


class WorkRecord(TerritoryModel):
    """One act of a crew on a report: kept whatever became of the report meanwhile; sent twice, kept once."""

    guard: ClassVar[Guard] = Guard.territory(service="issues")
    personal_fields: ClassVar[tuple[str, ...]] = ("note",)

    issue = TerritoryForeignKey(Issue, on_delete=models.CASCADE, related_name="work")
    key = models.UUIDField(help_text=_("Of the sending: the same one is never counted twice."))
    person_id = models.UUIDField(null=True, help_text=_("Who did it."))
    act = models.CharField(max_length=10, choices=Act)
    outcome = models.CharField(max_length=10, choices=Outcome)
    note = models.TextField(max_length=4000, blank=True)
    minutes = models.PositiveSmallIntegerField(default=0)
    happened_at = models.DateTimeField(help_text=_("As the telephone says, never later than its arrival."))
    received_at = models.DateTimeField()

    class Meta:
        ordering = ["happened_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["territory", "key"], name="work_sent_once"),
            models.CheckConstraint(name="work_said", condition=Q(act="started") | ~Q(note="")),
            models.CheckConstraint(name="work_act_known", condition=Q(act__in=[act.value for act in Act])),
            models.CheckConstraint(name="work_arrives_after", condition=Q(happened_at__lte=models.F("received_at"))),
            models.CheckConstraint(name="work_within_a_day", condition=Q(minutes__lte=24 * 60)),
        ]
        indexes = [models.Index(fields=["territory", "issue", "happened_at"], name="work_of_issue")]

    def __str__(self) -> str:
        return f"{self.act} {self.issue_id}"

    @property
    def cost_cents(self) -> int:
        """What the material cost, in cents."""
        return sum(line.cost_cents or 0 for line in self.materials.all())


class MaterialLine(TerritoryModel):
    """What was used: two bags of cold asphalt. The cost, of the whole line, is in cents."""

    guard: ClassVar[Guard] = Guard.territory(service="issues")

    record = TerritoryForeignKey(WorkRecord, on_delete=models.CASCADE, related_name="materials")
    what = models.CharField(max_length=120)
    quantity = models.DecimalField(max_digits=9, decimal_places=2)
    unit = models.CharField(max_length=12, blank=True)
    cost_cents = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(name="material_some", condition=Q(quantity__gt=0))]

    def __str__(self) -> str:
        return f"{self.quantity.normalize():f} {self.unit} {self.what}".replace("  ", " ")

    @property
    def cost(self) -> str:
        """The cost as the reader writes money; empty when nobody knows it."""
        return "" if self.cost_cents is None else Money(self.cost_cents).format(get_language() or "fr")


class Moment(models.TextChoices):
    """When a photo of the work was taken."""

    BEFORE = "before", _("Before the work")
    AFTER = "after", _("After the work")


class WorkPhoto(TerritoryModel):
    """A photo before or after the work; the file itself belongs to the report, private until staff release it."""

    guard: ClassVar[Guard] = Guard.territory(service="issues")

    record = TerritoryForeignKey(WorkRecord, on_delete=models.CASCADE, related_name="photos")
    file = TerritoryForeignKey("files.StoredFile", on_delete=models.CASCADE, related_name="+")
    moment = models.CharField(max_length=6, choices=Moment)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["territory", "file"], name="work_photo_once")]

    def __str__(self) -> str:
        return f"{self.moment} {self.file_id}"
