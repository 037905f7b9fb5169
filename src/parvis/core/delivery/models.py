"""The outbox, the pause of a channel whose provider does not answer, and what the local adapter kept."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from parvis.core.tasks.operations import Priority
from parvis.core.tenancy.guard import Guard
from parvis.core.tenancy.models import Territory, TerritoryManager
from parvis.lib.ids import new_id


class State(models.TextChoices):
    """Where a message stands. SENDING is written before the provider is called, so that a crash shows."""

    QUEUED = "queued", _("Waiting")
    SENDING = "sending", _("On its way")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Refused")
    GIVEN_UP = "given_up", _("Given up")


class Outgoing(models.Model):
    """One message to one address. Without a territory (a sign-in code) only the sender reads it.

    `person_id` is a bare id, since people live above this package. `is_secret`: subject and text are wiped as soon as
    the message has left or can no longer leave.
    """

    guard: ClassVar[Guard] = Guard.territory(mine="person_id", outbox=True)
    not_archived: ClassVar[str] = "What waits is sent by the instance that holds it; sent twice, it would be a fault."

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    territory = models.ForeignKey(Territory, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    person_id = models.UUIDField(null=True, blank=True)
    channel = models.CharField(max_length=10)
    address = models.TextField()
    name = models.CharField(max_length=120, blank=True)
    sender = models.CharField(max_length=254, blank=True, help_text=_("Empty for the address of the instance."))
    subject = models.CharField(max_length=250, blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    headers = models.JSONField(default=dict)
    is_secret = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    priority = models.SmallIntegerField(default=Priority.NORMAL)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)
    message_id = models.CharField(max_length=250)
    dedupe_key = models.CharField(max_length=250, null=True, blank=True, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    next_attempt_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)

    objects = TerritoryManager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="outgoing_dated_iff_sent", condition=Q(state="sent") ^ Q(sent_at=None)),
            models.CheckConstraint(
                name="outgoing_secret_wiped",
                condition=Q(is_secret=False) | Q(state__in=["queued", "sending"]) | Q(subject="", text="", html=""),
            ),
        ]
        indexes = [
            models.Index(
                fields=["channel", "attempts", "-priority", "id"],
                name="outgoing_waiting",
                condition=Q(state__in=["queued", "sending"]),
            ),
            models.Index(fields=["territory", "person_id", "created_at"], name="outgoing_person"),
            models.Index(fields=["created_at"], name="outgoing_created"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.message_id} ({self.state})"


class Pause(models.Model):
    """A provider does not answer: its channel rests until `until`, then one message tries again."""

    guard: ClassVar[Guard] = Guard.system()

    channel = models.CharField(primary_key=True, max_length=10)
    since = models.DateTimeField()
    until = models.DateTimeField()
    failures = models.PositiveIntegerField(default=1)
    error = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return f"{self.channel} until {self.until}"


class LocalCopy(models.Model):
    """What the local adapter would have sent; a repeat under the same Message-ID is recognised, as a mailbox does."""

    guard: ClassVar[Guard] = Guard.territory(mine="person_id", outbox=True)
    not_archived: ClassVar[str] = "What the adapter of a demonstration kept."

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    territory = models.ForeignKey(Territory, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    person_id = models.UUIDField(null=True, blank=True)
    channel = models.CharField(max_length=10)
    address = models.TextField()
    name = models.CharField(max_length=120, blank=True)
    sender = models.CharField(max_length=254, blank=True)
    subject = models.CharField(max_length=250, blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    message_id = models.CharField(max_length=250, unique=True)
    at = models.DateTimeField(default=timezone.now)

    objects = TerritoryManager()

    class Meta:
        indexes = [models.Index(fields=["at"], name="local_copy_at")]

    def __str__(self) -> str:
        return f"{self.channel} {self.message_id}"
