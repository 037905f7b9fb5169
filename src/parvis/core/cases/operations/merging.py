"""Join cases about the same thing, and take a join apart again within a day."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F

from parvis.core.cases import queries, rules
from parvis.core.cases.models import Case, CaseEvent, Follower
from parvis.core.cases.workflow import State
from parvis.lib.actor import Actor
from parvis.lib.errors import Invalid, WrongState, gettext_noop, require

from .clock import end_stop, keep_due
from .history import write_history
from .whose import CAN_UNDO


@transaction.atomic
def merge_cases(*, actor: Actor, case: Case, into: Case, now: datetime) -> Case:
    """Make `case` part of `into`: its history stays, its person and followers follow the other from now on.

    Both are of the same kind. Returns `into`. Raises NotAllowed, Invalid, WrongState.
    """
    require(rules.can_work(actor, case) and rules.can_work(actor, into))
    _check_pair(case, into)
    _hold(case.pk, into.pk)
    into.refresh_from_db()
    if into.state == State.MERGED:
        raise WrongState
    before = case.advance(to=State.MERGED, at=now, merged_into_id=into.pk)
    end_stop(case, now)
    # What had been merged into this one follows it, so that nobody has to walk a chain.
    moved = [str(pk) for pk in Case.objects.filter(merged_into=case).values_list("pk", flat=True)]
    Case.objects.filter(merged_into=case).update(merged_into=into)
    added = _move_followers(case, into, now)
    # What a day later takes this back needs to know what it did.
    write_history(
        actor=actor, case=case, name="merged", now=now, before=before, into=str(into.pk), moved=moved, added=added
    )
    write_history(actor=actor, case=into, name="absorbed", now=now, other=str(case.pk))
    return into


def _check_pair(case: Case, into: Case) -> None:
    if case.pk == into.pk:
        raise Invalid(gettext_noop("Choose another case than this one."), field="into")
    if case.kind != into.kind:
        raise Invalid(gettext_noop("Only two cases of the same kind can be merged."), field="into")


def _hold(*ids: UUID) -> None:
    """Touch both rows, always in the same order: two clerks who merge A into B and B into A meet here, in turn."""
    for pk in sorted(ids):
        Case.objects.filter(pk=pk).update(state=F("state"))


def _move_followers(case: Case, into: Case, now: datetime) -> list[str]:
    """Keep one row a person and address. Return the new rows' ids."""
    kept = _brought(case, into, now)
    Follower.objects.bulk_create(kept, ignore_conflicts=True)
    return [str(pk) for pk in Follower.objects.filter(pk__in=[row.pk for row in kept]).values_list("pk", flat=True)]


def _brought(case: Case, into: Case, now: datetime) -> list[Follower]:
    """Return whom a duplicate brings along: its followers, and its reporter, who becomes one.

    Whoever asked for the case that goes on is told as such, and does not follow it as well.
    """
    kept = [
        Follower(
            territory_id=into.territory_id,
            case=into,
            person_id=row.person_id,
            name=row.name,
            email=row.email,
            language=row.language,
            at=row.at,
        )
        for row in case.followers.all()
    ]
    if case.person_id:
        kept.append(Follower(territory_id=into.territory_id, case=into, person_id=case.person_id, at=now))
    elif case.contact_email:
        known = {"name": case.contact_name, "email": case.contact_email, "language": case.language}
        kept.append(Follower(territory_id=into.territory_id, case=into, at=now, **known))
    return [row for row in kept if not _asked_for(into, row)]


def _asked_for(case: Case, row: Follower) -> bool:
    if row.person_id:
        return row.person_id == case.person_id
    return case.person_id is None and row.email == case.contact_email


def _let_go(into: Case) -> None:
    """Let those go whom a merge made followers and whom nothing that is still joined brings: two may bring the same."""
    joined = [line.data["other"] for line in into.events.filter(name="absorbed")]
    merges = CaseEvent.objects.filter(case_id__in=joined, name="merged", data__into=str(into.pk))
    added = {pk for line in merges for pk in line.data.get("added", [])}
    still = {
        _who(row) for part in Case.objects.filter(merged_into=into) for row in _brought(part, into, part.opened_at)
    }
    rows = Follower.objects.filter(pk__in=added, case=into)
    rows.filter(pk__in=[row.pk for row in rows if _who(row) not in still]).delete()


def _who(row: Follower) -> UUID | str:
    return row.person_id or row.email


@transaction.atomic
def unmerge_case(*, actor: Actor, case: Case, now: datetime) -> Case:
    """Take the last merge of a case apart, within a day and while the other is open; its people are told.

    It goes on from where it stood (a clock that stood goes on), those whom the merge made followers of the other no
    longer are, and what had been joined to it before comes back with it. What was said to them meanwhile stays said.
    Raises NotAllowed, WrongState.
    """
    require(rules.can_work(actor, case))
    events = list(queries.history(case, internal=True))
    last, into = queries.merged_lately(events, since=now - CAN_UNDO), case.merged_into
    if last is None or into is None:
        raise WrongState(gettext_noop("There is nothing to take apart any more: it was joined more than a day ago."))
    require(rules.can_work(actor, into))
    _hold(case.pk, into.pk)
    into.refresh_from_db()
    if last.data["into"] != str(into.pk):
        raise WrongState(gettext_noop("It was joined again since, with another: take that apart first."))
    if not into.is_open:
        raise WrongState(gettext_noop("The other one is finished, and everyone was told. Start a new request instead."))
    back = State.RECEIVED if last.from_state == State.RECEIVED else State.OPEN
    # No step of the table: nothing else leads back from there.
    joined = Case.objects.filter(pk=case.pk, state=State.MERGED, merged_into=into)
    if joined.update(state=back, closed_at=None, merged_into=None) != 1:
        raise WrongState
    case.state, case.closed_at, case.merged_into = back, None, None
    keep_due(case)
    Case.objects.filter(pk__in=last.data["moved"], merged_into=into).update(merged_into=case)
    _let_go(into)
    write_history(actor=actor, case=case, name="unmerged", now=now, before=State.MERGED, into=str(into.pk))
    write_history(actor=actor, case=into, name="parted", now=now, is_internal=True, other=str(case.pk))
    return case
