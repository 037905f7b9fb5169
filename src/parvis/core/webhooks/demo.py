"""A partner's machine of the demo, with the tests that were sent to it; paused, so that nothing leaves."""

from datetime import datetime, timedelta

from parvis.core.registry.stage import Stage
from parvis.lib.actor import Actor
from parvis.lib.ids import new_id

from . import operations
from .models import Attempt, Delivery, Subscription
from .queries import TEST, told_events
from .sending import words_of
from .workflow import State


def load(stage: Stage) -> None:
    """Subscribe a machine of one territory, and write the log of its last messages."""
    made, _ = operations.subscribe(
        actor=Actor.system(stage.territory.pk),
        name="Tableau de bord de la MRC",
        url="https://tableau.example.org/crochets/parvis",
        events=sorted(told_events()),
        now=stage.now - timedelta(days=60),
    )
    for days, busy in ((9, False), (6, True), (2, False)):
        _told(made, stage.now - timedelta(days=days, hours=3), busy=busy)
    Subscription.objects.filter(pk=made.pk).update(
        state=State.PAUSED.value, last_success_at=stage.now - timedelta(days=2, hours=3)
    )


def _told(subscription: Subscription, at: datetime, *, busy: bool) -> None:
    """Write one message that was delivered; if it was `busy`, at the second try."""
    answered = at + timedelta(seconds=6 if busy else 1)
    delivery = Delivery(
        subscription=subscription,
        territory_id=subscription.territory_id,
        event_id=new_id(),
        event=TEST,
        at=at,
        state="delivered",
        tries=2 if busy else 1,
        queued_at=at,
        next_at=answered,
        delivered_at=answered,
    )
    delivery.body = words_of(delivery)
    delivery.save(force_insert=True)
    if busy:
        Attempt.objects.create(delivery=delivery, at=at, status=503, milliseconds=5012, answer="maintenance")
    Attempt.objects.create(delivery=delivery, at=answered, status=204, milliseconds=80 + answered.second)
