"""The privacy policy of a territory, in one language: drafted, then published whole or not at all."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from parvis.core.tenancy.guard import Guard
from parvis.core.tenancy.models import TerritoryModel


class PolicyLanguage(models.TextChoices):
    """The languages of the portal."""

    FRENCH = "fr", _("French")
    ENGLISH = "en", _("English")
    SPANISH = "es", _("Spanish")


MANDATORY = (
    "officer_title",
    "officer_contact",
    "purposes",
    "means",
    "categories",
    "readers",
    "sharing",
    "outside",
    "rights",
    "retention",
    "security",
    "complaints",
)
"""What a policy must say before it is published; the database holds it to that."""


class Policy(TerritoryModel):
    """One version in one language. What was published never changes; the newest published one is shown."""

    guard: ClassVar[Guard] = Guard.territory()
    personal_fields: ClassVar[tuple[str, ...]] = ("officer_contact", "published_by")

    language = models.CharField(max_length=2, choices=PolicyLanguage)
    version = models.PositiveSmallIntegerField()
    officer_title = models.CharField(_("Title of the person in charge of personal data"), max_length=200, blank=True)
    officer_contact = models.TextField(_("How to reach this person"), max_length=500, blank=True)
    purposes = models.TextField(_("What the data serve for"), max_length=4000, blank=True)
    means = models.TextField(_("How they are collected"), max_length=4000, blank=True)
    categories = models.TextField(_("Which data"), max_length=4000, blank=True)
    readers = models.TextField(_("Who among the staff may see them"), max_length=4000, blank=True)
    sharing = models.TextField(_("Who outside the municipality receives them"), max_length=4000, blank=True)
    outside = models.TextField(_("Whether they may leave Quebec"), max_length=4000, blank=True)
    rights = models.TextField(_("Rights, and how to use them"), max_length=4000, blank=True)
    retention = models.TextField(_("How long they are kept"), max_length=4000, blank=True)
    security = models.TextField(_("How they are protected"), max_length=4000, blank=True)
    complaints = models.TextField(_("How to complain, and when one is answered"), max_length=4000, blank=True)
    started_at = models.DateTimeField(default=timezone.now)
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.UUIDField(null=True, blank=True)

    class Meta:
        ordering = ["language", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["territory", "language", "version"], name="policy_version_once"),
            models.UniqueConstraint(
                fields=["territory", "language"], name="policy_one_draft", condition=Q(published_at=None)
            ),
            models.CheckConstraint(
                name="policy_published_is_whole",
                condition=Q(published_at=None)
                | ~(
                    Q(officer_title="")
                    | Q(officer_contact="")
                    | Q(purposes="")
                    | Q(means="")
                    | Q(categories="")
                    | Q(readers="")
                    | Q(sharing="")
                    | Q(outside="")
                    | Q(rights="")
                    | Q(retention="")
                    | Q(security="")
                    | Q(complaints="")
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.language} {self.version}"
