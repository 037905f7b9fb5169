"""What follows an event, in the background: hand-overs travel between territories. Safe to run twice."""

from uuid import UUID

from parvis.core.events.operations import Event
from parvis.core.tenancy.context import use
from parvis.core.tenancy.models import Territory

from . import operations
from .models import HandOver, Side
from .operations.hand_over import news_of, parcel_of
from .workflow import HandOverState


def deliver(event: Event) -> None:
    """Open the linked case at the receiver, in its context, and note here what it is called there."""
    sent = HandOver.objects.select_related("case").get(pk=UUID(event.data["hand_over"]))
    if sent.body_id is None or sent.side != Side.SENT:
        return
    parcel, receiver = parcel_of(sent), Territory.objects.get(pk=sent.body_id)
    with use(territory=receiver, person=None):
        received = operations.receive_hand_over(parcel=parcel, receiver=receiver, now=event.at)
        code, state = received.case.code, received.case.state
    HandOver.objects.filter(pk=sent.pk).update(other_id=received.pk, other_code=code, other_state=state)


def report_back(event: Event) -> None:
    """Tell the sender how its hand-over stands, in its context."""
    received = HandOver.objects.select_related("case").get(pk=UUID(event.data["hand_over"]))
    if received.side == Side.RECEIVED:
        _tell(received, event)


def report_state(event: Event) -> None:
    """Let the sender see the state of the case it handed over."""
    rows = HandOver.objects.filter(case_id=event.subject_id, side=Side.RECEIVED)
    for received in rows.select_related("case"):
        _tell(received, event)


def finish_received(event: Event) -> None:
    """A case that had been handed over to us is closed: the hand-over is done."""
    rows = HandOver.objects.filter(case_id=event.subject_id, side=Side.RECEIVED, state=HandOverState.ACCEPTED)
    for received in rows.select_related("case"):
        operations.finish_hand_over(hand_over=received, now=event.at)


def _tell(received: HandOver, event: Event) -> None:
    news, sender = news_of(received), Territory.objects.get(pk=received.body_id)
    with use(territory=sender, person=None):
        operations.hear_from_receiver(news=news, sender=sender, now=event.at)
