"""Deliveries: written in the event's own transaction, sent again by hand, forgotten."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from parvis.core.events.operations import Event, record
from parvis.core.tasks.operations import Priority, defer
from parvis.core.tenancy.context import use
from parvis.core.tenancy.memo import remembered
from parvis.lib.actor import Actor
from parvis.lib.errors import NotFound, require
from parvis.lib.ids import new_id

from .. import rules
from ..models import Delivery, DeliveryState, Subscription
from ..queries import TEST, told_events

KEPT = timedelta(days=30)


def queue_for(event: Event) -> None:
    """Write a delivery for each subscription that wants this event, in the event's own transaction.

    A rollback leaves nothing, a commit loses nothing. Called with every event: costs one small query for those that
    machines may be told, nothing for the others.
    """
    if event.name not in told_events():
        return
    with use(territory=event.territory_id):
        wanting = remembered(("webhooks", event.territory_id), _wanted, fact_of=event.territory_id)
        for subscription in (pk for pk, events in wanting if event.name in events):
            _write(subscription, event.name, event_id=event.id, at=event.at)


def _wanted() -> list[tuple[UUID, list[str]]]:
    """Return the subscriptions of the territory in force with what each wants."""
    return list(Subscription.objects.values_list("pk", "events"))


def _write(subscription_id: UUID, name: str, *, event_id: UUID, at: datetime, urgent: bool = False) -> Delivery:
    made = Delivery.objects.create(
        subscription_id=subscription_id, event_id=event_id, event=name, at=at, queued_at=at, next_at=at
    )
    _wake(subscription_id, Priority.EVENT if urgent else Priority.NORMAL)
    return made


def _wake(subscription_id: UUID, priority: Priority = Priority.NORMAL) -> None:
    from ..tasks import pump_lock, send

    defer(send, lock=pump_lock(subscription_id), priority=priority, subscription=str(subscription_id))


@transaction.atomic
def send_test(*, actor: Actor, subscription: Subscription, now: datetime) -> Delivery:
    """Send a message of no importance, to see whether the receiver answers. Raises NotAllowed."""
    require(rules.can_manage_webhooks(actor))
    Subscription.objects.filter(pk=subscription.pk).update(rests_until=None)
    return _write(subscription.pk, TEST, event_id=new_id(), at=now, urgent=True)


@transaction.atomic
def replay(*, actor: Actor, subscription: Subscription, ids: Sequence[UUID], now: datetime) -> int:
    """Send these messages again, under the same ids; return how many. Raises NotAllowed, NotFound (none of them)."""
    require(rules.can_manage_webhooks(actor))
    count = _again(subscription, subscription.deliveries.filter(pk__in=ids), now)
    if not count:
        raise NotFound()
    record(actor, "webhooks.replayed", subscription, now=now, count=count)
    return count


@transaction.atomic
def replay_given_up(*, actor: Actor, subscription: Subscription, now: datetime) -> int:
    """Send again everything that was given up; return how many. Raises NotAllowed."""
    require(rules.can_manage_webhooks(actor))
    count = _again(subscription, subscription.deliveries.filter(state=DeliveryState.GIVEN_UP), now)
    record(actor, "webhooks.replayed", subscription, now=now, count=count)
    return count


def _again(subscription: Subscription, rows: QuerySet[Delivery], now: datetime) -> int:
    count = rows.update(state=DeliveryState.WAITING, delivered_at=None, tries=0, queued_at=now, next_at=now)
    if count:
        Subscription.objects.filter(pk=subscription.pk).update(rests_until=None)
        _wake(subscription.pk)
    return count


@transaction.atomic
def forget_old(*, now: datetime) -> int:
    """Delete what was written thirty days ago or earlier, with its tries; return how many."""
    return Delivery.objects.filter(queued_at__lt=now - KEPT).delete()[0]
