"""Hand a case over to another body, and back. Rows never change territory: each end owns its case and its own row.

The sender's act commits first; a subscriber then writes at the receiver's, in the receiver's context, and reports back.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from parvis.core.cases import queries, rules
from parvis.core.cases.kinds import luggage_of
from parvis.core.cases.models import Case, ClockReason, HandOver, Side
from parvis.core.cases.workflow import HandOverState, State, hand_over_sources
from parvis.core.files.models import StoredFile
from parvis.core.identity.models import Organisation, OrganisationStatus, Person
from parvis.core.tenancy.models import Territory
from parvis.lib.actor import Actor, Channel
from parvis.lib.errors import Conflict, Invalid, WrongState, gettext_noop, require

from .clock import go_on, stand_still
from .conversation import FILE_PURPOSE
from .copies import bring_along, originals_of
from .forgetting import ERASED_SUBJECT
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
    files: Mapping[str, StoredFile]


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

    `shares_contact`: the person agreed that the receiver may reach them; without it an organisation does not get the
    conversation either. The clock stands meanwhile. Sending it to the same receiver again finds the first; sending it
    to the body it came from sends it back. Raises NotAllowed, Invalid, Conflict (with somebody else), WrongState.
    """
    require(rules.can_hand_over(actor, case))
    came = HandOver.objects.filter(case=case, side=Side.RECEIVED, body_id=to.pk, ended_at=None).first()
    if came is not None:
        back = refuse_hand_over if came.state == S.OFFERED else return_hand_over
        return back(actor=actor, hand_over=came, now=now, text=reason)
    under_way = HandOver.objects.filter(case=case, side=Side.SENT, ended_at=None).first()
    if under_way is not None:
        return _again(under_way, to)
    _check_receiver(case, to)
    try:
        with transaction.atomic():
            hand_over = _offer(case, to, reason, now, shares_contact)
    except IntegrityError:  # somebody pressed at the same moment
        return _again(HandOver.objects.get(case=case, side=Side.SENT, ended_at=None), to)
    if case.state != State.WAITING:
        stand_still(actor=actor, case=case, reason=ClockReason.HANDED_OVER, now=now)
    write_history(actor=actor, case=case, name="handed_over", now=now, hand_over=str(hand_over.pk), to=str(to.pk))
    return hand_over


def _again(under_way: HandOver, to: Territory | Organisation) -> HandOver:
    if to.pk not in {under_way.body_id, under_way.organisation_id}:
        raise Conflict(gettext_noop("This case is already handed over."))
    return under_way


def _offer(case: Case, to: Territory | Organisation, reason: str, now: datetime, shares_contact: bool) -> HandOver:
    with_talk = shares_contact or isinstance(to, Territory)
    return HandOver.objects.create(
        territory_id=case.territory_id,
        case=case,
        side=Side.SENT,
        body=to if isinstance(to, Territory) else None,
        organisation=to if isinstance(to, Organisation) else None,
        shares_contact=shares_contact,
        reason=reason.strip()[:2000],
        frozen=queries.frozen_copy(case, with_contact=shares_contact, with_talk=with_talk),
        sent_at=now,
    )


def _check_receiver(case: Case, to: Territory | Organisation) -> None:
    if not case.is_open:
        raise WrongState
    if isinstance(to, Territory) and to.pk == case.territory_id:
        raise Invalid(gettext_noop("Choose another body than this one."), field="to")
    if str(to.pk) in queries.trail_of(case):
        raise Invalid(gettext_noop("This case came through there: send it back instead."), field="to")
    if isinstance(to, Organisation) and (
        to.territory_id != case.territory_id or to.status != OrganisationStatus.ADMITTED
    ):
        raise Invalid(gettext_noop("This organisation is not admitted here."), field="to")


def parcel_of(sent: HandOver) -> Parcel:
    """Pack the sender's end, read in the sender's context."""
    person_id = sent.case.person_id if sent.shares_contact else None
    files = originals_of(sent.frozen)
    return Parcel(sent.pk, sent.territory_id, sent.case.kind, sent.reason, person_id, sent.frozen, files)


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
        subject=frozen.get("subject", ERASED_SUBJECT),
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
        frozen=bring_along(
            frozen, parcel.files, purpose=FILE_PURPOSE, subject_id=case.pk, person_id=case.person_id, now=now
        ),
        sent_at=now,
    )
    write_history(actor=actor, case=case, name="received", now=now, hand_over=str(received.pk))
    return received


@transaction.atomic
def accept_hand_over(*, actor: Actor, hand_over: HandOver, now: datetime, holds_link: bool = False) -> HandOver:
    """Take the case on; for an organisation, a manager of it does, its link, or staff note it.

    Raises NotAllowed, WrongState.
    """
    _decide(actor, hand_over, S.ACCEPTED, now, holds_link=holds_link, decided_at=now)
    return hand_over


@transaction.atomic
def refuse_hand_over(
    *, actor: Actor, hand_over: HandOver, now: datetime, text: str = "", holds_link: bool = False
) -> HandOver:
    """Say no, with a reason for the sender; the case opened here is closed. Raises NotAllowed, WrongState."""
    answer = {"text": text.strip()[:2000]}
    _decide(actor, hand_over, S.REFUSED, now, holds_link=holds_link, decided_at=now, ended_at=now, answer=answer)
    _come_home(actor, hand_over, now)
    return hand_over


@transaction.atomic
def withdraw_hand_over(*, actor: Actor, hand_over: HandOver, now: datetime) -> HandOver:
    """Take back what the sender offered, while nobody has taken it on. Raises NotAllowed, WrongState."""
    require(rules.can_hand_over(actor, hand_over.case))
    if hand_over.side != Side.SENT or not _step(hand_over, S.WITHDRAWN, decided_at=now, ended_at=now):
        raise WrongState(gettext_noop("They have taken it on: ask them to send it back."))
    case = hand_over.case
    write_history(actor=actor, case=case, name="hand_over_withdrawn", now=now, hand_over=str(hand_over.pk))
    if case.state == State.WAITING:
        go_on(actor=actor, case=case, now=now)
    return hand_over


@transaction.atomic
def take_back_received(*, sent_id: UUID, now: datetime) -> None:
    """End at the receiver, in whose context this runs, what its sender took back; safe to repeat.

    It ends there too when it was taken on at the same moment: the sender works on it again.
    """
    rows = HandOver.objects.select_for_update(of=("self",)).select_related("case")
    received = rows.filter(side=Side.RECEIVED, other_id=sent_id, ended_at=None).first()
    if received is None:
        return
    decided = received.decided_at or now
    HandOver.objects.filter(pk=received.pk).update(state=S.WITHDRAWN, decided_at=decided, ended_at=now)
    received.refresh_from_db()
    actor = Actor(territory_id=received.territory_id, channel=Channel.PARTNER, is_system=True)
    write_history(actor=actor, case=received.case, name="hand_over_withdrawn", now=now, hand_over=str(received.pk))
    _come_home(actor, received, now)


@transaction.atomic
def return_hand_over(
    *, actor: Actor, hand_over: HandOver, now: datetime, text: str = "", holds_link: bool = False
) -> HandOver:
    """Send the case back with what was done, as a frozen copy. Raises NotAllowed, WrongState."""
    answer = {"text": text.strip()[:2000]}
    if hand_over.side == Side.RECEIVED:
        answer |= queries.frozen_copy(hand_over.case, with_contact=False)
    _decide(actor, hand_over, S.RETURNED, now, holds_link=holds_link, ended_at=now, answer=answer)
    _come_home(actor, hand_over, now)
    return hand_over


@transaction.atomic
def finish_hand_over(*, hand_over: HandOver, now: datetime) -> HandOver:
    """Note, once the receiver has closed its case, that the hand-over is done. Safe to repeat.

    A case that was joined to another ends like that one: of it, only how it ended goes back.
    """
    _step(hand_over, S.ACCEPTED, decided_at=now)
    answer = _what_was_done(hand_over.case)
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


def _what_was_done(case: Case) -> dict[str, Any]:
    answer = queries.frozen_copy(case, with_contact=False)
    if case.merged_into is not None:
        other = luggage_of(case.merged_into)
        answer["details"] |= {name: other[name] for name in ("outcome", "answer") if name in other}
    return answer


def _decide(
    actor: Actor, hand_over: HandOver, to: HandOverState, now: datetime, *, holds_link: bool, **values: Any
) -> None:
    by_link = holds_link and hand_over.side == Side.SENT and hand_over.organisation_id is not None
    require(by_link or rules.can_decide_hand_over(actor, hand_over))
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
