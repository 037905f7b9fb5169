"""Background work: send what is due, look again later, a sweep as a net under both, and the end of retention."""

import time
from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from parvis.core.tasks.operations import Priority, defer, in_context, task
from parvis.core.tenancy.context import use
from parvis.core.tenancy.guard import Scope

from . import operations, sending
from .models import Delivery, DeliveryState, SubscriptionState

TURN = 10.0  # seconds after which a receiver's task lets others pass
OVERDUE = timedelta(minutes=1)


def pump_lock(subscription_id: UUID) -> str:
    """Return the lock under which a subscription's tasks run one after the other: a slow receiver holds one worker."""
    return f"webhooks:{subscription_id}"


@task(name="webhooks.send", own_transaction=False)
def send(*, context: Mapping[str, str | None], subscription: str) -> None:
    """Send what is due to one subscription, what happened first before what came later. Never scheduled for later:
    a job of the same lock would wait behind it.
    """
    ends = time.monotonic() + TURN
    while time.monotonic() < ends:
        with in_context(context):
            parcel = sending.claim(UUID(subscription), now=timezone.now())
        if parcel is None:
            return
        outcome = sending.post(parcel)
        with in_context(context):
            for moment in sending.settle(parcel, outcome, now=timezone.now()):
                defer(look_again, at=moment, subscription=subscription)
    with in_context(context):
        defer(send, lock=pump_lock(UUID(subscription)), subscription=subscription)


@task(name="webhooks.look_again")
def look_again(*, subscription: str) -> None:
    """Send what is due by now."""
    defer(send, lock=pump_lock(UUID(subscription)), subscription=subscription)


@task(name="webhooks.sweep", own_transaction=False)
def sweep(*, context: object) -> None:
    """Give a task again to what should have left a minute ago. With no accident there is nothing."""
    before = timezone.now() - OVERDUE
    with transaction.atomic(), use(territory=None, person=None, scope=Scope.DELIVERY):
        late = Delivery.objects.filter(
            Q(subscription__rests_until=None) | Q(subscription__rests_until__lt=before),
            state=DeliveryState.WAITING,
            next_at__lt=before,
            subscription__state=SubscriptionState.ACTIVE,
        )
        pairs = set(late.values_list("territory_id", "subscription_id")[:10_000])
        for territory, subscription in pairs:
            carried = {"territory": str(territory), "person": None, "scope": Scope.TERRITORY.value}
            key = str(subscription)
            defer(look_again, unique=f"webhooks.look_again:{key}", context=carried, subscription=key)


@task(name="webhooks.forget", priority=Priority.BULK)
def forget() -> None:
    """Delete old messages of one territory."""
    operations.forget_old(now=timezone.now())
