"""The outbox, the pause of a channel whose provider does not answer, and what the local adapter kept."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from parvis.core.tasks.operations import Priority
from parvis.core.tenancy.guard import Guard
from parvis.core.tenancy.models import Territory, TerritoryManager, TerritoryModel
from parvis.lib.ids import new_id


class State(models.TextChoices):
    """Where a message stands. SENDING is written before the provider is called, so that a crash shows."""

    QUEUED = "queued", _("Waiting")
    SENDING = "sending", _("On its way")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Refused")
    GIVEN_UP = "given_up", _("Given up")


class MarkReason(models.TextChoices):
    """Why nothing is sent to an address any more."""

    UNKNOWN = "unknown", _("Nobody has this address")
    FULL = "full", _("The mailbox is full")
    COMPLAINT = "complaint", _("Its owner asked not to be written to")


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
    reference = models.CharField(max_length=80, blank=True, help_text=_("How the provider calls it."))
    parts = models.PositiveSmallIntegerField(default=0, help_text=_("Parts of a text message, as they are billed."))
    delivered_at = models.DateTimeField(null=True, blank=True, help_text=_("When the provider said that it arrived."))

    objects = TerritoryManager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="outgoing_dated_iff_sent", condition=Q(state="sent") ^ Q(sent_at=None)),
            models.CheckConstraint(
                name="outgoing_delivered_was_sent", condition=Q(delivered_at=None) | Q(state="sent")
            ),
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
            models.Index(fields=["channel", "reference"], name="outgoing_reference", condition=~Q(reference="")),
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


class AddressMark(models.Model):
    """An address that nothing is sent to for a while: only a keyed digest of it is kept, so that nobody is named here.

    `until` is when it is tried again (never by itself when None), `outgoing_id` the message that showed it, `told_at`
    when whoever it belongs to was told by another way.
    """

    guard: ClassVar[Guard] = Guard.system()

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    channel = models.CharField(max_length=10)
    digest = models.CharField(max_length=64)
    reason = models.CharField(max_length=10, choices=MarkReason)
    status = models.CharField(max_length=20, blank=True, help_text=_("The provider's code, such as 5.1.1 or 30005."))
    count = models.PositiveIntegerField(default=1)
    since = models.DateTimeField(default=timezone.now)
    last_at = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField(null=True, blank=True)
    outgoing_id = models.UUIDField(null=True, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["channel", "digest"], name="address_mark_once"),
            models.CheckConstraint(name="address_mark_reason_known", condition=Q(reason__in=MarkReason.values)),
            models.CheckConstraint(
                name="address_mark_ends_after", condition=Q(until=None) | Q(until__gt=models.F("since"))
            ),
        ]
        indexes = [models.Index(fields=["last_at"], name="address_mark_untold", condition=Q(told_at=None))]

    def __str__(self) -> str:
        return f"{self.channel} {self.reason}"


class Spending(TerritoryModel):
    """How many messages, and how many parts, a territory sent by a channel that costs, in one of its months."""

    guard: ClassVar[Guard] = Guard.territory(outbox=True)
    personal_fields: ClassVar[tuple[str, ...]] = ()

    channel = models.CharField(max_length=10)
    month = models.DateField(help_text=_("Its first day."))
    messages = models.PositiveIntegerField(default=0)
    parts = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-month"]
        constraints = [
            models.UniqueConstraint(fields=["territory", "channel", "month"], name="spending_once"),
            models.CheckConstraint(name="spending_begins_the_month", condition=Q(month__day=1)),
            models.CheckConstraint(name="spending_parts_cover", condition=Q(parts__gte=models.F("messages"))),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.month:%Y-%m}"
