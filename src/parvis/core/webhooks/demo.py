"""A partner's machine of the demo, with what it was told last week. It is paused: nothing leaves a demonstration."""

from datetime import timedelta

from parvis.core.audit.models import Entry
from parvis.core.registry.stage import Stage
from parvis.lib.actor import Actor

from . import operations
from .models import Attempt, Delivery, Subscription
from .queries import told_events
from .sending import words_of
from .workflow import State

SHOWN = 8


def load(stage: Stage) -> None:
    """Subscribe a machine of one territory, and write the log of its last messages."""
    house = Actor.system(stage.territory.pk)
    names = sorted(told_events())
    made, _ = operations.subscribe(
        actor=house,
        name="Tableau de bord de la MRC",
        url="https://tableau.example.org/crochets/parvis",
        events=names,
        now=stage.now - timedelta(days=60),
    )
    entries = Entry.objects.filter(name__in=names, at__lte=stage.now).order_by("-at")[:SHOWN]
    for order, entry in enumerate(entries):
        _told(made, entry, order)
    Subscription.objects.filter(pk=made.pk).update(
        state=State.PAUSED.value, last_success_at=stage.now - timedelta(hours=2)
    )


def _told(subscription: Subscription, entry: Entry, order: int) -> None:
    """Write one message that was delivered; of the third, the first try found nobody."""
    soon = entry.at + timedelta(seconds=1)
    delivery = Delivery(
        subscription=subscription, event_id=entry.id, event=entry.name, at=entry.at, queued_at=entry.at, next_at=soon
    )
    delivery.territory_id = entry.territory_id
    delivery.body = words_of(delivery)
    delivery.state, delivery.tries, delivery.delivered_at = "delivered", 1, soon
    if order == 2:
        delivery.tries, delivery.delivered_at = 2, soon + timedelta(seconds=5)
    delivery.save(force_insert=True)
    if order == 2:
        Attempt.objects.create(delivery=delivery, at=soon, status=503, milliseconds=5012, answer="maintenance")
    Attempt.objects.create(delivery=delivery, at=delivery.delivered_at, status=204, milliseconds=80 + 17 * order)
