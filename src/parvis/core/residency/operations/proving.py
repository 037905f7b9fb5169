"""Prove a residency, and renew it."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from dateutil.relativedelta import relativedelta
from django.db import transaction

from parvis.core.events.operations import record
from parvis.lib.actor import Actor
from parvis.lib.errors import Invalid, WrongState, gettext_noop, require

from .. import queries, rules
from ..models import Letter, Proof, Residency
from ..workflow import State, sources_of
from .acting import working_for


class Answer(StrEnum):
    """What became of a secret that was typed in: a wrong one is an answer, not an error: it must be counted."""

    RIGHT = "right"
    WRONG = "wrong"
    NO_LETTER = "no_letter"
    TOO_OFTEN = "too_often"


DOCUMENTS = ("licence", "tax_bill", "lease", "utility_bill", "school_paper", "attestation")
"""What may be shown at the counter: seen and named in the log, never kept."""


@transaction.atomic
def prove_at_counter(*, actor: Actor, residency: Residency, seen: Sequence[str], now: datetime) -> Residency:
    """Accept documents that the person has shown; `seen` names them.

    Raises NotAllowed (one's own), Invalid (``seen``), WrongState.
    """
    require(rules.can_prove(actor, residency))
    if not seen or not set(seen) <= set(DOCUMENTS):
        raise Invalid(gettext_noop("Say which document you have seen."), field="seen")
    return prove(actor, residency, Proof.COUNTER, now, seen=sorted(set(seen)))


def prove(actor: Actor, residency: Residency, proof: Proof, now: datetime, **said: object) -> Residency:
    """Write a proof down, whichever way it came: what each way's own operation calls once it is satisfied.

    `said` goes into the log: ids and states. Raises WrongState.
    """
    standing = Residency.objects.filter(pk=residency.pk, state__in=[*sources_of(State.PROVEN), State.PROVEN])
    changes = {"proof": proof, "proven_at": now, "proven_by": actor.person_id, "reminded_at": None}
    until = queries.today_here(now) + relativedelta(months=queries.options().lasts_months)
    if not standing.update(state=State.PROVEN.value, valid_until=until, **changes):
        raise WrongState
    Letter.objects.filter(residency_id=residency.pk, used_at=None, spoilt_at=None).update(spoilt_at=now)
    residency.refresh_from_db()
    record(working_for(actor, residency), "residency.proven", residency, now=now, proof=str(proof), **said)
    return residency


@transaction.atomic
def renew_residency(*, actor: Actor, residency: Residency, now: datetime) -> Residency:
    """Say that nothing has changed, for another year: from the reminder to the end of the grace.

    Raises NotAllowed, WrongState (too early, lapsed, or ended).
    """
    require(rules.can_change(actor, residency))
    if not queries.may_renew(residency, queries.today_here(now)):
        raise WrongState(gettext_noop("There is nothing to renew at the moment."))
    months = relativedelta(months=queries.options().lasts_months)
    last = residency.valid_until
    assert last is not None
    # Nobody loses days by renewing early; twice at once renews once.
    if not Residency.objects.filter(pk=residency.pk, state=State.PROVEN.value, valid_until=last).update(
        valid_until=last + months, reminded_at=None
    ):
        raise WrongState
    residency.refresh_from_db()
    record(working_for(actor, residency), "residency.renewed", residency, now=now)
    return residency
