"""Hand a case over to another body, and back. Rows never change territory: each end owns its case and its own row.

The sender's act commits first; a subscriber then writes at the receiver's, in the receiver's context, and reports back.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from parvis.core.cases import queries, rules
from parvis.core.cases.models import Case, ClockReason, HandOver, Side
from parvis.core.cases.workflow import HandOverState, State, hand_over_sources
from parvis.core.identity.models import Organisation, OrganisationStatus, Person
from parvis.core.tenancy.models import Territory
from parvis.lib.actor import Actor, Channel
from parvis.lib.errors import Conflict, Invalid, WrongState, gettext_noop, require

from .clock import go_on, stand_still
from .history import write_history
from .opening import Contact, open_case

S = HandOverState


@dataclass(frozen=True, slots=True)
class Parcel:
    """What travels from the sender to the receiver, in one transaction, never through the queue."""

    hand_over_id: UUID
    territory_id: UUID
    kind: str
    reason: str
    person_id: UUID | None
    frozen: dict[str, Any]


@transaction.atomic
def hand_over_case(
    *,
    actor: Actor,
    case: Case,
    to: Territory | Organisation,
    reason: str,
    now: datetime,
    shares_contact: bool = False,
) -> HandOver:
    """Offer a case to another territory or to an organisation of this one, with a frozen copy of its history.

    `shares_contact`: the person agreed that the receiver may reach them. The clock stands meanwhile.
    Raises NotAllowed, Invalid, Conflict (already handed over), WrongState.
    """
    require(rules.can_hand_over(actor, case))
    _check_receiver(case, to)
    if HandOver.objects.filter(case=case, side=Side.SENT, ended_at=None).exists():
        raise Conflict(gettext_noop("This case is already handed over."))
    hand_over = HandOver.objects.create(
        territory_id=case.territory_id,
        case=case,
        side=Side.SENT,
        body=to if isinstance(to, Territory) else None,
        organisation=to if isinstance(to, Organisation) else None,
        shares_contact=shares_contact,
        reason=reason.strip()[:2000],
        frozen=queries.frozen_copy(case, with_contact=shares_contact),
        sent_at=now,
    )
    if case.state != State.WAITING:
        stand_still(actor=actor, case=case, reason=ClockReason.HANDED_OVER, now=now)
    write_history(actor=actor, case=case, name="handed_over", now=now, hand_over=str(hand_over.pk), to=str(to.pk))
    return hand_over


def _check_receiver(case: Case, to: Territory | Organisation) -> None:
    if not case.is_open:
        raise WrongState
    if isinstance(to, Territory) and to.pk == case.territory_id:
        raise Invalid(gettext_noop("Choose another body than this one."), field="to")
    if isinstance(to, Organisation) and (
        to.territory_id != case.territory_id or to.status != OrganisationStatus.ADMITTED
    ):
        raise Invalid(gettext_noop("This organisation is not admitted here."), field="to")


def parcel_of(sent: HandOver) -> Parcel:
    """Pack the sender's end, read in the sender's context."""
    person_id = sent.case.person_id if sent.shares_contact else None
    return Parcel(sent.pk, sent.territory_id, sent.case.kind, sent.reason, person_id, sent.frozen)


@transaction.atomic
def receive_hand_over(*, parcel: Parcel, receiver: Territory, now: datetime) -> HandOver:
    """Open the linked case at the receiver, in whose context this runs; a second run finds the first one's rows.

    The person is attached only if they agreed and have entered the receiver's portal.
    """
    done = HandOver.objects.filter(side=Side.RECEIVED, other_id=parcel.hand_over_id).select_related("case").first()
    if done is not None:
        return done
    frozen, actor = parcel.frozen, Actor(territory_id=receiver.pk, channel=Channel.PARTNER, is_system=True)
    person = Person.objects.filter(pk=parcel.person_id).first() if parcel.person_id else None
    case = open_case(
        actor=actor,
        kind=parcel.kind,
        subject=frozen["subject"],
        now=now,
        person=person,
        contact=None if person else Contact(**frozen.get("contact", {})),
        place=frozen.get("place", ""),
        lat=frozen.get("lat"),
        lon=frozen.get("lon"),
    )
    received = HandOver.objects.create(
        territory_id=receiver.pk,
        case=case,
        side=Side.RECEIVED,
        body_id=parcel.territory_id,
        other_id=parcel.hand_over_id,
        other_code=frozen["code"],
        other_state=State.WAITING,
        shares_contact=bool(frozen.get("contact")),
        reason=parcel.reason,
        frozen=frozen,
        sent_at=now,
    )
    write_history(actor=actor, case=case, name="received", now=now, hand_over=str(received.pk))
    return received


@transaction.atomic
def accept_hand_over(*, actor: Actor, hand_over: HandOver, now: datetime) -> HandOver:
    """Take the case on; for an organisation, staff of the sender note it. Raises NotAllowed, WrongState."""
    _decide(actor, hand_over, S.ACCEPTED, now, decided_at=now)
    return hand_over


@transaction.atomic
def refuse_hand_over(*, actor: Actor, hand_over: HandOver, now: datetime, text: str = "") -> HandOver:
    """Say no, with a reason for the sender; the case opened here is closed. Raises NotAllowed, WrongState."""
    _decide(actor, hand_over, S.REFUSED, now, decided_at=now, ended_at=now, answer={"text": text.strip()[:2000]})
    _come_home(actor, hand_over, now)
    return hand_over


@transaction.atomic
def return_hand_over(*, actor: Actor, hand_over: HandOver, now: datetime, text: str = "") -> HandOver:
    """Send the case back with what was done, as a frozen copy. Raises NotAllowed, WrongState."""
    answer = {"text": text.strip()[:2000]}
    if hand_over.side == Side.RECEIVED:
        answer |= queries.frozen_copy(hand_over.case, with_contact=False)
    _decide(actor, hand_over, S.RETURNED, now, ended_at=now, answer=answer)
    _come_home(actor, hand_over, now)
    return hand_over


@transaction.atomic
def finish_hand_over(*, hand_over: HandOver, now: datetime) -> HandOver:
    """Note, once the receiver has closed its case, that the hand-over is done. Safe to repeat."""
    answer = queries.frozen_copy(hand_over.case, with_contact=False)
    if _step(hand_over, S.DONE, ended_at=now, answer=answer):
        actor = Actor.system(hand_over.territory_id)
        write_history(
            actor=actor,
            case=hand_over.case,
            name="hand_over_done",
            now=now,
            is_internal=True,
            hand_over=str(hand_over.pk),
        )
    return hand_over


def _decide(actor: Actor, hand_over: HandOver, to: HandOverState, now: datetime, **values: Any) -> None:
    require(rules.can_decide_hand_over(actor, hand_over))
    if hand_over.side == Side.SENT and hand_over.body_id is not None:
        raise WrongState(gettext_noop("Only the receiver can decide this."))
    if not _step(hand_over, to, **values):
        raise WrongState
    write_history(actor=actor, case=hand_over.case, name=f"hand_over_{to}", now=now, hand_over=str(hand_over.pk))


def _step(hand_over: HandOver, to: HandOverState, **values: Any) -> bool:
    rows = HandOver.objects.filter(pk=hand_over.pk, state__in=hand_over_sources(to))
    if not rows.update(state=to, **values):
        return False
    hand_over.refresh_from_db()
    return True


def _come_home(actor: Actor, hand_over: HandOver, now: datetime) -> None:
    """After no or not any more: the receiver's case ends; the sender's, when its partner has no portal, goes on."""
    case = hand_over.case
    if hand_over.side == Side.SENT:
        if case.state == State.WAITING:
            go_on(actor=actor, case=case, now=now)
    elif case.is_open:
        before = case.advance(to=State.CLOSED, at=now)
        write_history(actor=actor, case=case, name="closed", now=now, before=before, quiet=True)


@dataclass(frozen=True, slots=True)
class News:
    """What the sender is told of the receiver's end."""

    hand_over_id: UUID
    other_id: UUID
    state: str
    code: str
    case_state: str
    answer: dict[str, Any]


def news_of(received: HandOver) -> News:
    """Pack the receiver's end, read in the receiver's context."""
    if received.other_id is None:
        raise ValueError("nobody is at the other end")
    case = received.case
    return News(received.other_id, received.pk, received.state, case.code, case.state, received.answer)


@transaction.atomic
def hear_from_receiver(*, news: News, sender: Territory, now: datetime) -> HandOver:
    """Note at the sender, in whose context this runs, how the hand-over stands; safe to repeat and in any order."""
    sent = HandOver.objects.select_related("case").get(pk=news.hand_over_id, side=Side.SENT)
    HandOver.objects.filter(pk=sent.pk).update(
        other_id=news.other_id, other_code=news.code, other_state=news.case_state
    )
    heard = S(news.state)
    if heard == sent.state or heard == S.OFFERED or sent.ended_at is not None:
        sent.refresh_from_db()
        return sent
    values: dict[str, Any] = {"state": heard, "decided_at": sent.decided_at or now}
    if heard in {S.REFUSED, S.RETURNED, S.DONE}:
        values |= {"ended_at": now, "answer": news.answer}
    HandOver.objects.filter(pk=sent.pk, ended_at=None).update(**values)
    sent.refresh_from_db()
    actor, case = Actor(territory_id=sender.pk, channel=Channel.PARTNER, is_system=True), sent.case
    write_history(actor=actor, case=case, name=f"hand_over_{heard}", now=now, hand_over=str(sent.pk))
    if sent.ended_at is not None and case.state == State.WAITING:
        go_on(actor=actor, case=case, now=now)
    return sent
