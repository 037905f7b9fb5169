"""What came in by e-mail: enough to take each message once, and to say what became of it."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from parvis.core.cases.models import Case
from parvis.core.tenancy.fields import TerritoryForeignKey
from parvis.core.tenancy.guard import Guard
from parvis.core.tenancy.models import TerritoryModel


class Outcome(models.TextChoices):
    """What became of a message."""

    OPENED = "opened", _("Opened a request")
    ANSWERED = "answered", _("Went on with a request")
    BOUNCED = "bounced", _("One of ours came back")
    IGNORED = "ignored", _("Written by a machine")


class Arrival(TerritoryModel):
    """A message that came in. Its words are in the case; the sender's address is wiped after ninety days.

    `key` stands for its Message-ID and sender, so that one that is delivered twice is taken once.
    """

    guard: ClassVar[Guard] = Guard.territory()
    personal_fields: ClassVar[tuple[str, ...]] = ("sender", "refused")

    key = models.CharField(max_length=64)
    sender = models.CharField(max_length=254, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome)
    case = TerritoryForeignKey(Case, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    refused = models.JSONField(default=list, help_text=_("Names of files that were not kept."))
    is_cut = models.BooleanField(default=False, help_text=_("The text was longer than a message may be."))
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["territory", "key"], name="arrival_once"),
            models.CheckConstraint(name="arrival_outcome_known", condition=Q(outcome__in=Outcome.values)),
        ]
        indexes = [
            models.Index(fields=["territory", "sender", "at"], name="arrival_sender"),
            models.Index(fields=["territory", "at"], name="arrival_at"),
            models.Index(fields=["territory", "case"], name="arrival_case"),
        ]

    def __str__(self) -> str:
        return f"{self.outcome} {self.at}"
