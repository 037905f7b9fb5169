"""Start, close, reopen, and ask whether it was well."""

from datetime import datetime, timedelta

from django.db import transaction

from parvis.core.cases import queries, rules
from parvis.core.cases.models import Case, Satisfaction
from parvis.core.cases.workflow import State
from parvis.lib.actor import Actor
from parvis.lib.errors import Invalid, WrongState, gettext_noop, require

from .clock import end_stop, keep_due
from .conversation import put_message
from .history import write_history


@transaction.atomic
def start_case(*, actor: Actor, case: Case, now: datetime) -> Case:
    """Say that somebody is working on it. Raises NotAllowed, WrongState."""
    require(rules.can_work(actor, case))
    before = case.advance(to=State.OPEN, at=now, only_from=State.RECEIVED)
    write_history(actor=actor, case=case, name="started", now=now, before=before)
    return case


@transaction.atomic
def close_case(*, actor: Actor, case: Case, now: datetime, text: str = "", quiet: bool = False) -> Case:
    """End a case, with an answer the person can read; what it spared people is counted.

    `quiet` leaves the telling to the module that closes it. Raises NotAllowed, WrongState.
    """
    require(rules.can_work(actor, case))
    before = case.advance(to=State.CLOSED, at=now)
    end_stop(case, now)
    if text.strip():
        put_message(actor=actor, case=case, text=text, now=now, from_staff=True)
    saved = queries.savings(case)
    case.saved_contacts, case.saved_trips = min(saved.contact_total, 32767), min(saved.trip_total, 32767)
    Case.objects.filter(pk=case.pk).update(
        saved_contacts=case.saved_contacts, saved_trips=case.saved_trips, awaiting_reply_since=None
    )
    case.awaiting_reply_since = None
    write_history(actor=actor, case=case, name="closed", now=now, before=before, quiet=quiet)
    return case


@transaction.atomic
def reopen_case(*, actor: Actor, case: Case, now: datetime, text: str = "", holds_link: bool = False) -> Case:
    """Take up a closed case again: staff at any time, its person within the territory's delay, saying why.

    `holds_link`: its person came by the link of a mail. Raises NotAllowed, WrongState.
    """
    mine = holds_link or rules.is_mine(actor, case)
    require(mine or rules.can_work(actor, case))
    if case.state != State.CLOSED:
        raise WrongState
    if mine and not can_still_reopen(case, now):
        raise WrongState(gettext_noop("It is too long ago to reopen this. Start a new request."))
    before = case.advance(to=State.OPEN, at=now)
    case.satisfaction = None
    Case.objects.filter(pk=case.pk).update(satisfaction=None)
    keep_due(case)
    actor = Actor.visitor(case.territory_id) if holds_link else actor
    if text.strip():
        put_message(actor=actor, case=case, text=text, now=now, from_staff=not mine)
    write_history(actor=actor, case=case, name="reopened", now=now, before=before)
    return case


def can_still_reopen(case: Case, now: datetime) -> bool:
    """Tell whether the person may still reopen a closed case."""
    if case.state != State.CLOSED or case.closed_at is None:
        return False
    return now <= case.closed_at + timedelta(days=queries.options().reopen_days)


@transaction.atomic
def rate_case(*, actor: Actor, case: Case, rating: int, now: datetime, holds_link: bool = False) -> Case:
    """Answer the one question, once it ended: is it settled? The same answer again changes nothing.

    `holds_link`: its person came by the link of a mail. Raises NotAllowed, Invalid, WrongState.
    """
    require(holds_link or rules.is_mine(actor, case))
    if rating not in Satisfaction.values:
        raise Invalid(gettext_noop("Choose one of the answers."), field="rating")
    if case.satisfaction == rating:
        return case
    if not Case.objects.filter(pk=case.pk, state=State.CLOSED).update(satisfaction=rating):
        raise WrongState
    case.satisfaction = rating
    actor = Actor.visitor(case.territory_id) if holds_link else actor
    write_history(actor=actor, case=case, name="rated", now=now, rating=int(rating))
    return case
