"""Ask something about one's data, and answer it within the legal delay."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from parvis.core.events.operations import record
from parvis.core.identity.models import Person
from parvis.core.tenancy.context import use
from parvis.core.tenancy.switches import settings_of
from parvis.lib.actor import Actor
from parvis.lib.errors import Invalid, TooMuch, WrongState, gettext_noop, require

from .. import mails, rules
from ..models import DataRequest, Decision, RequestKind, RequestState

MOST_WAITING = 5
NEED_WORDS = {RequestKind.CORRECTION, RequestKind.COMPLAINT}


def delay() -> timedelta:
    """Return how long the territory in force may take to answer."""
    return timedelta(days=min(30, settings_of("privacy").answer_days))


@transaction.atomic
def ask_request(
    *, actor: Actor, person_id: UUID, kind: RequestKind, now: datetime, words: str = "", about: UUID | None = None
) -> DataRequest:
    """Ask the territory in force something about somebody's data: oneself, or a clerk for who tells it to them.

    Raises NotAllowed, Invalid (nothing said, or a decision that is not theirs), TooMuch (five wait already).
    """
    require(rules.can_speak_for(actor, person_id))
    if kind in NEED_WORDS and not words.strip():
        raise Invalid(gettext_noop("Say what it is about."), field="words")
    if kind is RequestKind.REVIEW and not Decision.objects.filter(pk=about, person_id=person_id).exists():
        raise Invalid(gettext_noop("Choose the decision that somebody should look at again."), field="about")
    if DataRequest.objects.filter(person_id=person_id, state=RequestState.ASKED).count() >= MOST_WAITING:
        raise TooMuch(gettext_noop("Several of your requests wait for an answer: wait for it first."))
    request = DataRequest(
        person_id=person_id,
        kind=kind,
        words=words.strip()[:4000],
        about=about,
        channel=actor.channel,
        noted_by=actor.person_id if actor.person_id != person_id else None,
        asked_at=now,
        due_at=now + delay(),
    )
    request.save(force_insert=True)
    record(actor, "privacy.asked", request, now=now, kind=kind)
    return request


@transaction.atomic
def cancel_request(*, actor: Actor, request: DataRequest, now: datetime) -> None:
    """Take one's own request back while it waits. Raises NotAllowed, WrongState."""
    require(actor.person_id is not None and request.person_id == actor.person_id)
    with use(territory=request.territory_id):
        _decide(request, RequestState.CANCELLED, actor=actor, now=now)
        record(actor, "privacy.cancelled", request, now=now)


@transaction.atomic
def answer_request(*, actor: Actor, request: DataRequest, answer: str, now: datetime) -> None:
    """Answer what was done; the person reads it. Raises NotAllowed, Invalid, WrongState."""
    _answer(RequestState.DONE, actor, request, answer, now)


@transaction.atomic
def refuse_request(*, actor: Actor, request: DataRequest, answer: str, now: datetime) -> None:
    """Refuse with the reason that the person reads. Raises NotAllowed, Invalid, WrongState."""
    _answer(RequestState.REFUSED, actor, request, answer, now)


def _answer(state: RequestState, actor: Actor, request: DataRequest, answer: str, now: datetime) -> None:
    require(rules.can_handle(actor))
    if actor.person_id is not None and actor.person_id == request.person_id:
        raise Invalid(gettext_noop("Nobody answers their own request: ask a colleague."))
    if not answer.strip():
        raise Invalid(gettext_noop("Write the answer that the person will read."), field="answer")
    _decide(request, state, actor=actor, now=now, answer=answer.strip()[:4000])
    mails.tell_answered(Person.objects.filter(pk=request.person_id).first(), answer=request.answer)
    record(actor.on_behalf_of(request.person_id, actor.channel), "privacy.answered", request, now=now, state=state)


def _decide(request: DataRequest, state: RequestState, *, actor: Actor, now: datetime, **fields: Any) -> None:
    changed = DataRequest.objects.filter(pk=request.pk, state=RequestState.ASKED).update(
        state=state, decided_at=now, decided_by=actor.person_id, **fields
    )
    if not changed:
        raise WrongState()
    request.refresh_from_db()
