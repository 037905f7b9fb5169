"""Reads: what may be told, what is due, what was sent."""

from datetime import datetime
from functools import lru_cache
from uuid import UUID

from django.db import transaction
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from parvis.core.registry.entries import WebhookEvent
from parvis.core.registry.module import Module
from parvis.core.registry.registry import registry
from parvis.core.tenancy.context import use
from parvis.core.tenancy.guard import Scope
from parvis.core.tenancy.switches import switched_on

from .models import Attempt, Delivery, DeliveryState, Subscription, SubscriptionState

TEST = "webhooks.test"
FILTERS = (*DeliveryState.values, "")


@lru_cache(maxsize=1)
def told_events() -> dict[str, WebhookEvent]:
    """Return every event that machines outside may be told, by name."""
    return {entry.event: entry for _, entry in registry().gather("webhook_events")}


def events_offered() -> list[tuple[Module, list[WebhookEvent]]]:
    """Return the events that a machine may subscribe to in the territory in force, module by module."""
    in_use = switched_on()
    told = ((module, list(module.webhook_events)) for module in registry() if module.name in in_use)
    return [(module, entries) for module, entries in told if entries]


def label_of(event: str) -> str:
    """Return what people call an event."""
    if event == TEST:
        return _("A test")
    entry = told_events().get(event)
    return str(entry.label) if entry else event


def labels_of(events: list[str]) -> list[str]:
    """Return what people call these events, in the order of the manifests."""
    known = [name for name in told_events() if name in events]
    return [label_of(name) for name in [*known, *(name for name in events if name not in known)]]


def subscriptions() -> QuerySet[Subscription]:
    """Return the subscriptions of the territory in force with how many messages wait or were given up."""
    return Subscription.objects.annotate(
        waiting=_how_many(DeliveryState.WAITING), given_up=_how_many(DeliveryState.GIVEN_UP)
    )


def _how_many(state: str) -> Coalesce:
    """Count a subscription's messages in a state that has a partial index; the log itself may be long."""
    rows = Delivery.objects.filter(subscription=OuterRef("pk"), state=state).order_by().values("subscription")
    return Coalesce(Subquery(rows.annotate(count=Count("pk")).values("count")), 0)


def log_of(subscription: Subscription, *, state: str = "", event: str = "") -> QuerySet[Delivery]:
    """Return the messages of a subscription, the newest first."""
    rows = subscription.deliveries.order_by("-at", "-id")
    if state in DeliveryState.values:
        rows = rows.filter(state=state)
    return rows.filter(event=event) if event else rows


def last_attempts(deliveries: list[Delivery]) -> dict[UUID, Attempt]:
    """Return the last try of each message."""
    rows = Attempt.objects.filter(delivery__in=deliveries).order_by("delivery_id", "-at", "-id")
    return {attempt.delivery_id: attempt for attempt in rows.distinct("delivery_id")}


def next_due(subscription: Subscription, now: datetime) -> Delivery | None:
    """Return the message to send next: of those that are due, what happened first."""
    due = subscription.deliveries.filter(state=DeliveryState.WAITING, next_at__lte=now)
    return due.order_by("at", "id").first()


def backlog() -> dict[str, int]:
    """Return how many messages wait and how many of them failed already, whatever the territory: numbers, no words."""
    with transaction.atomic(), use(scope=Scope.DELIVERY):
        rows = Delivery.objects.filter(state=DeliveryState.WAITING, subscription__state=SubscriptionState.ACTIVE)
        return rows.aggregate(waiting=Count("pk"), failing=Count("pk", filter=Q(tries__gt=0)))


def count_stopped(actor: object) -> int:
    """Return how many subscriptions the house has stopped."""
    return Subscription.objects.filter(state=SubscriptionState.STOPPED).count()
