"""What follows an event, in the background: hand-overs travel between territories. Safe to run twice."""

from uuid import UUID

from django.db.models import Q

from parvis.core.events.operations import Event
from parvis.core.tenancy.context import use
from parvis.core.tenancy.models import Territory
from parvis.lib.actor import Actor

from . import operations
from .models import HandOver, Side
from .operations.hand_over import parcel_of
from .operations.reporting_back import news_of
from .workflow import HandOverState


def deliver(event: Event) -> None:
    """Open the linked case at the receiver, in its context, and note here what it is called there.

    The sender's row is held meanwhile: an erasure that comes now waits, then finds what to empty at the receiver.
    """
    rows = HandOver.objects.select_for_update(of=("self",)).select_related("case")
    sent = rows.get(pk=UUID(event.data["hand_over"]))
    if sent.side != Side.SENT or sent.state == HandOverState.WITHDRAWN:
        return
    if sent.body_id is None:
        operations.pack_for_partner(sent=sent, now=event.at)
        return
    parcel, receiver = parcel_of(sent), Territory.objects.get(pk=sent.body_id)
    with use(territory=receiver, person=None):
        received = operations.receive_hand_over(parcel=parcel, receiver=receiver, now=event.at)
        code, state = received.case.code, received.case.state
    HandOver.objects.filter(pk=sent.pk).update(other_id=received.pk, other_code=code, other_state=state)


def forget_elsewhere(event: Event) -> None:
    """Empty the other end of a hand-over too, in its context."""
    row = HandOver.objects.get(pk=UUID(event.data["hand_over"]))
    if row.body_id is None:
        return
    with use(territory=row.body_id, person=None):
        if row.side == Side.SENT:
            operations.forget_received(sent_id=row.pk, now=event.at)
        elif row.other_id is not None:
            operations.forget_answer(sent_id=row.other_id, now=event.at)


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


def take_back(event: Event) -> None:
    """Let the receiver's end go, in its context, once the sender has taken it back."""
    row = HandOver.objects.get(pk=UUID(event.data["hand_over"]))
    if row.side == Side.SENT and row.body_id is not None:
        with use(territory=row.body_id, person=None):
            operations.take_back_received(sent_id=row.pk, now=event.at)


def take_on(event: Event) -> None:
    """Whoever starts working on a case that was handed over to us has taken it on."""
    rows = HandOver.objects.filter(case_id=event.subject_id, side=Side.RECEIVED, state=HandOverState.OFFERED)
    for received in rows.select_related("case"):
        operations.accept_hand_over(actor=Actor.system(event.territory_id), hand_over=received, now=event.at)


def finish_received(event: Event) -> None:
    """A case that had been handed over to us is closed, or the one it was joined to: the hand-over is done."""
    cases = Q(case_id=event.subject_id) | Q(case__merged_into_id=event.subject_id)
    rows = HandOver.objects.filter(cases, side=Side.RECEIVED, ended_at=None)
    for received in rows.select_related("case__merged_into"):
        operations.finish_hand_over(hand_over=received, now=event.at)


def _tell(received: HandOver, event: Event) -> None:
    news, sender = news_of(received), Territory.objects.get(pk=received.body_id)
    with use(territory=sender, person=None):
        operations.hear_from_receiver(news=news, sender=sender, now=event.at)
