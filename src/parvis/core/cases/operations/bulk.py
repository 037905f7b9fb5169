"""Carry out an act on many cases: each by the operation of its own page, in a transaction of its own.

A few are done while the clerk waits (each in a savepoint of the request), many by the worker.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import get_language, gettext

from parvis.core.cases import blanks, rules
from parvis.core.cases.bulk import act_named
from parvis.core.cases.models import BulkRun, Case
from parvis.core.cases.queries.canned import blanks_of, language_of, values_of
from parvis.core.events.operations import record
from parvis.core.tenancy.context import current_territory_id
from parvis.lib.actor import Actor
from parvis.lib.errors import Invalid, ParvisError, TooMuch, gettext_noop, require

AT_ONCE = 100  # more than these are done in the background
MOST = 5000
KEPT = timedelta(days=30)


@transaction.atomic
def start_run(
    *, actor: Actor, act: str, case_ids: Sequence[UUID], now: datetime, choice: str = "", text: str = ""
) -> BulkRun:
    """Note what is to be done to which cases; nothing is done yet. Raises NotAllowed, Invalid (``text``), TooMuch."""
    require(rules.can_see_work_list(actor) and actor.territory_id == current_territory_id())
    wanted = act_named(act)
    if not case_ids:
        raise Invalid(gettext_noop("Tick the requests first."))
    if len(case_ids) > MOST:
        raise TooMuch(gettext_noop("At most %(most)s requests at once."), most=MOST)
    if wanted.choices is not None and choice not in {key for key, _ in wanted.choices()}:
        raise Invalid(gettext_noop("Choose one of the list."), field="choice")
    if wanted.asks_text and not text.strip():
        raise Invalid(gettext_noop("Write what each person will read."), field="text")
    strange = blanks.unknown_in(text, blanks_of(wanted.kind))
    if strange:
        message = gettext_noop("Nothing fills «%(what)s». Use one of the words listed beside the texts.")
        raise Invalid(message, field="text", what=", ".join(strange))
    run = BulkRun.objects.create(
        act=act,
        actor_id=actor.person_id,
        choice=choice,
        text=text.strip()[:4000],
        total=len(case_ids),
        waiting=list(case_ids),
        language=get_language() or "fr",
        created_at=now,
    )
    record(actor, "cases.bulk_started", run, now=now, act=act, total=len(case_ids))
    return run


@transaction.atomic
def do_next(*, run_id: UUID, actor: Actor, now: datetime) -> bool:
    """Treat the next case of a run, in this transaction; return whether others wait. Safe to repeat and to stop."""
    run = BulkRun.objects.select_for_update().get(pk=run_id)
    require(run.actor_id == actor.person_id)
    if not run.waiting:
        return False
    key, *rest = run.waiting
    reason = _treat(run, key, actor, now)
    run.waiting = rest
    if reason is None:
        run.done += 1
    else:
        code = Case.objects.filter(pk=key).values_list("code", flat=True).first() or ""
        run.refused = [*run.refused, {"code": code, "reason": reason}]
    if not rest:
        run.finished_at, run.text = now, ""
        record(actor, "cases.bulk_finished", run, now=now, act=run.act, done=run.done, refused=len(run.refused))
    run.save()
    return bool(rest)


def _treat(run: BulkRun, key: UUID, actor: Actor, now: datetime) -> str | None:
    """Do it to one case, or return why not: a refused case is left exactly as it was."""
    case = Case.objects.select_related("team", "assignee").filter(pk=key).first()
    if case is None or not rules.can_view(actor, case):
        return gettext("It is not in your list any more.")
    try:
        with transaction.atomic():
            act_named(run.act).run(actor=actor, case=case, choice=run.choice, text=_words(run.text, case), now=now)
    except ParvisError as error:
        return error.text(gettext)
    return None


def _words(text: str, case: Case) -> str:
    if not blanks.names_in(text):
        return text
    return blanks.fill(text, values_of(case, language_of(case)))


def forget_runs(*, now: datetime) -> int:
    """Delete the summaries of the territory in force older than a month; return how many."""
    count, _ = BulkRun.objects.filter(created_at__lt=now - KEPT).delete()
    return count
