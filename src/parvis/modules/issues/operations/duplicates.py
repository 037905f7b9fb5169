"""Join reports about the same thing."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from parvis.core.cases import operations as cases
from parvis.lib.actor import Actor
from parvis.lib.errors import Invalid, gettext_noop, require
from parvis.modules.issues import rules
from parvis.modules.issues.models import Issue

MOST_AT_ONCE = 20


@transaction.atomic
def join_reports(*, actor: Actor, into: Issue, others: Sequence[Issue], now: datetime) -> Issue:
    """Join reports to one that goes on: all of them or none. Everybody who reported or followed one is told, and
    follows the one that goes on. Raises NotAllowed, Invalid, WrongState (one is joined already).
    """
    require(rules.can_work(actor, into))
    if not others or len(others) > MOST_AT_ONCE:
        raise Invalid(gettext_noop("Choose between 1 and %(most)s reports to join."), most=MOST_AT_ONCE)
    for other in others:
        require(rules.can_work(actor, other))
        cases.merge_cases(actor=actor, case=other.case, into=into.case, now=now)
    return into
