"""Subscriptions of machines outside, what is on its way to them, and each try."""

from typing import ClassVar
from urllib.parse import urlsplit

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from parvis.core.tenancy.fields import TerritoryForeignKey
from parvis.core.tenancy.guard import Guard
from parvis.core.tenancy.models import TerritoryModel

from .workflow import Fate, State


class SubscriptionState(models.TextChoices):
    """The states of :mod:`.workflow`, as staff read them."""

    ACTIVE = State.ACTIVE.value, _("In use")
    PAUSED = State.PAUSED.value, _("Paused")
    STOPPED = State.STOPPED.value, _("Stopped: it did not answer for days")


class DeliveryState(models.TextChoices):
    """What became of a message, as staff read it."""

    WAITING = Fate.WAITING.value, _("Waiting")
    DELIVERED = Fate.DELIVERED.value, _("Delivered")
    GIVEN_UP = Fate.GIVEN_UP.value, _("Given up")


class Subscription(TerritoryModel):
    """An address of a machine outside, the events it wants, and the secret that signs them, sealed.

    After a rotation the secret before signs too, until `previous_until`. `failures` counts failed tries in a row;
    until `rests_until` the receiver is left alone.
    """

    guard: ClassVar[Guard] = Guard.territory(outbox=True)
    is_fact: ClassVar[bool] = True
    fact_columns: ClassVar[tuple[str, ...]] = ("events",)
    not_archived: ClassVar[str] = "Its secret is sealed with the key of this instance, and is never exported."

    name = models.CharField(_("name"), max_length=80)
    url = models.CharField(_("address"), max_length=500)
    events = ArrayField(models.CharField(max_length=80))
    state = models.CharField(max_length=10, choices=SubscriptionState, default=SubscriptionState.ACTIVE)
    sealed_secret = models.TextField()
    sealed_previous = models.TextField(blank=True)
    previous_until = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0)
    failing_since = models.DateTimeField(null=True, blank=True)
    rests_until = models.DateTimeField(null=True, blank=True)
    last_success_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    made_by = models.UUIDField(null=True, blank=True)

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(name="webhook_wants_something", condition=Q(events__len__gt=0)),
            models.CheckConstraint(name="webhook_is_sealed", condition=~Q(sealed_secret="")),
            models.CheckConstraint(
                name="webhook_previous_iff_until", condition=Q(sealed_previous="") ^ Q(previous_until__isnull=False)
            ),
            models.CheckConstraint(
                name="webhook_failing_iff_failures", condition=Q(failures=0) ^ Q(failing_since__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def host(self) -> str:
        """Whose machine it is, by its name on the network."""
        return urlsplit(self.url).hostname or ""


class Delivery(TerritoryModel):
    """One message for one subscription: written with the event, its words frozen at the first try.

    `id` is the message's own (``webhook-id``), the same at every try and when it is sent again.
    """

    guard: ClassVar[Guard] = Guard.territory(outbox=True)
    not_archived: ClassVar[str] = "What waits is sent by the instance that holds it."

    subscription = TerritoryForeignKey(Subscription, on_delete=models.CASCADE, related_name="deliveries")
    event_id = models.UUIDField()
    event = models.CharField(max_length=80)
    at = models.DateTimeField(help_text=_("When it happened."))
    body = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=DeliveryState, default=DeliveryState.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    queued_at = models.DateTimeField(default=timezone.now)
    next_at = models.DateTimeField(default=timezone.now)
    delivered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subscription", "event_id"], name="webhook_told_once"),
            models.CheckConstraint(
                name="webhook_delivered_iff_dated", condition=~(Q(state="delivered") ^ Q(delivered_at__isnull=False))
            ),
        ]
        indexes = [
            models.Index(fields=["next_at"], name="webhook_due", condition=Q(state="waiting")),
            models.Index(fields=["subscription", "at", "id"], name="webhook_turn", condition=Q(state="waiting")),
            models.Index(fields=["subscription"], name="webhook_given_up", condition=Q(state="given_up")),
            models.Index(fields=["subscription", "-at", "-id"], name="webhook_log"),
            models.Index(fields=["territory", "queued_at"], name="webhook_age"),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.message_id}"

    @property
    def message_id(self) -> str:
        """What the receiver recognises a message by."""
        return f"msg_{self.pk.hex}"


class Attempt(TerritoryModel):
    """One try: what the receiver answered (`status`, the first bytes) or why there was no answer (`obstacle`)."""

    guard: ClassVar[Guard] = Guard.territory()
    not_archived: ClassVar[str] = "A log of this instance's sender."

    delivery = TerritoryForeignKey(Delivery, on_delete=models.CASCADE, related_name="attempts")
    at = models.DateTimeField(default=timezone.now)
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    obstacle = models.CharField(max_length=20, blank=True)
    milliseconds = models.PositiveIntegerField()
    answer = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(name="webhook_answer_or_obstacle", condition=Q(status=None) ^ Q(obstacle=""))
        ]
        indexes = [models.Index(fields=["delivery", "at"], name="webhook_attempts")]

    def __str__(self) -> str:
        return str(self.status or self.obstacle)
