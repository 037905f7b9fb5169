"""The promise of a case: working days of the territory, Quebec's holidays, and stops with their reason."""

from datetime import date, datetime

from django.db import transaction

from parvis.core.cases import queries, rules
from parvis.core.cases.models import Case, ClockReason, ClockStop
from parvis.core.cases.workflow import State
from parvis.core.tenancy.here import territory_here
from parvis.lib.actor import Actor
from parvis.lib.errors import Invalid, gettext_noop, require
from parvis.lib.workdays import WorkCalendar, due_at

from .history import write_history


def calendar_here() -> WorkCalendar:
    """Return the working days of the territory in force."""
    return WorkCalendar(closings=frozenset(date.fromisoformat(day) for day in queries.options().closings))


def due_moment(case: Case) -> datetime | None:
    """Return when an answer is due; None when nothing is promised or while the clock stands."""
    if case.due_days is None:
        return None
    stops = [] if case._state.adding else list(case.stops.values_list("stopped_at", "resumed_at"))
    zone = territory_here(case.territory_id).timezone
    return due_at(case.opened_at, case.due_days, zone, stops=stops, calendar=calendar_here())


def keep_due(case: Case) -> None:
    """Work out the due moment again and keep it."""
    case.due_at = due_moment(case)
    Case.objects.filter(pk=case.pk).update(due_at=case.due_at)


def end_stop(case: Case, now: datetime) -> None:
    """Let the clock go on if it stood, by one conditional UPDATE."""
    if ClockStop.objects.filter(case=case, resumed_at=None).update(resumed_at=now):
        keep_due(case)


@transaction.atomic
def stop_clock(*, actor: Actor, case: Case, reason: ClockReason | str, now: datetime) -> Case:
    """Stop the clock and put the case to wait; the person reads the reason. Raises NotAllowed, Invalid, WrongState."""
    require(rules.can_work(actor, case))
    return stand_still(actor=actor, case=case, reason=reason, now=now)


def stand_still(*, actor: Actor, case: Case, reason: ClockReason | str, now: datetime) -> Case:
    """Stop the clock for an operation that has checked its own rule."""
    if reason not in ClockReason.values:
        raise Invalid(gettext_noop("Choose why the clock stops."), field="reason")
    before = case.advance(to=State.WAITING, at=now)
    ClockStop.objects.create(
        territory_id=case.territory_id, case=case, person_id=case.person_id, reason=reason, stopped_at=now
    )
    keep_due(case)
    write_history(actor=actor, case=case, name="clock_stopped", now=now, before=before, reason=str(reason))
    return case


@transaction.atomic
def resume_clock(*, actor: Actor, case: Case, now: datetime) -> Case:
    """Let a clock that stands go on. The person may too, by answering. Raises NotAllowed, WrongState."""
    require(rules.can_work(actor, case))
    return go_on(actor=actor, case=case, now=now)


def go_on(*, actor: Actor, case: Case, now: datetime, quiet: bool = False) -> Case:
    """Resume the clock for an operation that has checked its own rule; `quiet`: what follows is told, not this.

    Raises WrongState.
    """
    before = case.advance(to=State.OPEN, at=now, only_from=State.WAITING)
    end_stop(case, now)
    write_history(actor=actor, case=case, name="clock_resumed", now=now, before=before, quiet=quiet)
    return case


@transaction.atomic
def promise_delay(*, actor: Actor, case: Case, days: int | None, now: datetime) -> Case:
    """Promise another delay, in working days from the opening; None promises nothing; the same changes nothing.

    Raises NotAllowed, Invalid.
    """
    require(rules.can_work(actor, case))
    if days is not None and not 0 <= days <= 3650:
        raise Invalid(gettext_noop("Write a number of working days, from 0 to 3650."), field="days")
    if case.due_days == days:
        return case
    was, case.due_days = case.due_at, days
    Case.objects.filter(pk=case.pk).update(due_days=days)
    keep_due(case)
    write_history(actor=actor, case=case, name="promised", now=now, days=days, was=_day(was), due=_day(case.due_at))
    return case


def _day(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""
