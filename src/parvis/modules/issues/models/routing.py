"""The rules that give a report its team, in versions: one in force, at most one being written."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from parvis.core.assets.models import AssetKind
from parvis.core.tenancy.fields import TerritoryForeignKey
from parvis.core.tenancy.guard import Guard
from parvis.core.tenancy.models import TerritoryModel
from parvis.modules.issues import routing

from .category import Category

WEEKDAYS = [
    (0, _("Monday")),
    (1, _("Tuesday")),
    (2, _("Wednesday")),
    (3, _("Thursday")),
    (4, _("Friday")),
    (5, _("Saturday")),
    (6, _("Sunday")),
]


class RuleSet(TerritoryModel):
    """A version of the rules: a draft until it is put in force, then kept as it was."""

    guard: ClassVar[Guard] = Guard.territory(service="issues")
    is_fact: ClassVar[bool] = True
    personal_fields: ClassVar[tuple[str, ...]] = ()

    number = models.PositiveIntegerField()
    created_at = models.DateTimeField(default=timezone.now)
    created_by_id = models.UUIDField(null=True)
    in_force_at = models.DateTimeField(null=True, blank=True)
    in_force_by_id = models.UUIDField(null=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["territory", "number"], name="rule_set_number_once"),
            models.UniqueConstraint(fields=["territory"], name="rule_set_one_draft", condition=Q(in_force_at=None)),
            models.UniqueConstraint(
                fields=["territory"],
                name="rule_set_one_in_force",
                condition=Q(in_force_at__isnull=False, ended_at=None),
            ),
            models.CheckConstraint(
                name="rule_set_ended_after",
                condition=Q(ended_at=None) | Q(in_force_at__isnull=False, ended_at__gte=F("in_force_at")),
            ),
        ]

    def __str__(self) -> str:
        return str(self.number)

    @property
    def is_draft(self) -> bool:
        """Whether it may still be changed."""
        return self.in_force_at is None

    @property
    def is_in_force(self) -> bool:
        """Whether reports follow it now."""
        return self.in_force_at is not None and self.ended_at is None


class RoutingRule(TerritoryModel):
    """One line of a version. Empty conditions ask nothing; the first line that fits decides."""

    guard: ClassVar[Guard] = Guard.territory(service="issues")
    is_fact: ClassVar[bool] = True
    personal_fields: ClassVar[tuple[str, ...]] = ()

    rule_set = TerritoryForeignKey(RuleSet, on_delete=models.CASCADE, related_name="rules")
    order = models.PositiveSmallIntegerField()
    name = models.CharField(_("name of the rule"), max_length=80)
    category = TerritoryForeignKey(Category, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    district_id = models.UUIDField(null=True, blank=True)
    asset_kind = models.CharField(max_length=12, choices=AssetKind, blank=True)
    words = models.CharField(max_length=400, blank=True)
    weekdays = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    from_hour = models.PositiveSmallIntegerField(null=True, blank=True)
    to_hour = models.PositiveSmallIntegerField(null=True, blank=True)
    team = TerritoryForeignKey("identity.Team", on_delete=models.PROTECT, related_name="+")
    assignee_id = models.UUIDField(null=True, blank=True)
    promised_days = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["order", "id"]
        constraints = [
            models.CheckConstraint(
                name="routing_rule_hours_together",
                condition=Q(from_hour=None, to_hour=None)
                | (
                    Q(from_hour__isnull=False, to_hour__isnull=False)  # a comparison with nothing refuses nothing
                    & Q(from_hour__range=(0, 23), to_hour__range=(0, 24))
                    & ~Q(from_hour=F("to_hour"))
                ),
            ),
        ]
        indexes = [models.Index(fields=["territory", "rule_set", "order"], name="routing_rule_in_order")]

    def __str__(self) -> str:
        return self.name

    def plain(self) -> routing.Rule:
        """Return the line as the evaluation takes it."""
        return routing.Rule(
            id=self.pk,
            team_id=self.team_id,
            assignee_id=self.assignee_id,
            promised_days=self.promised_days,
            category_id=self.category_id,
            district_id=self.district_id,
            asset_kind=self.asset_kind,
            words=routing.expressions(self.words),
            weekdays=frozenset(self.weekdays),
            from_hour=self.from_hour,
            to_hour=self.to_hour,
        )
