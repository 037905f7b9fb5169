"""What staff do with a report until it is settled, and what its reporter may do after."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from parvis.core.cases import operations as cases
from parvis.core.cases.workflow import State
from parvis.core.files.operations import store_upload
from parvis.lib.actor import Actor
from parvis.lib.errors import Invalid, WrongState, gettext_noop, require
from parvis.modules.issues import rules
from parvis.modules.issues.models import PHOTO, Category, Issue
from parvis.modules.issues.queries.routing import route_of
from parvis.modules.issues.workflow import Status

from .routing import follow_route
from .steps import MOST_LETTERS, record_step, subject_of

LONGEST_AHEAD = timedelta(days=3 * 366)


@transaction.atomic
def accept_issue(*, actor: Actor, issue: Issue, now: datetime) -> Issue:
    """Take a report in charge. Raises NotAllowed, WrongState."""
    require(rules.can_work(actor, issue))
    issue.advance(to=Status.ACCEPTED)
    if issue.case.state == State.RECEIVED:
        cases.start_case(actor=actor, case=issue.case, now=now)
    record_step(actor, "issues.accepted", issue, now)
    return issue


@transaction.atomic
def plan_issue(
    *,
    actor: Actor,
    issue: Issue,
    now: datetime,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
) -> Issue:
    """Say that the work is planned, and when if it is known; later, say another day.

    From midnight in the town's time means by the day, `ends_at` then being the last one. Raises NotAllowed, WrongState,
    Invalid (field ``starts_at`` or ``ends_at``).
    """
    require(rules.can_work(actor, issue))
    _check_dates(starts_at, ends_at, now)
    dates = {"planned_from": starts_at, "planned_until": ends_at}
    if (
        issue.status == Status.PLANNED
        and starts_at
        and (starts_at, ends_at) != (issue.planned_from, issue.planned_until)
    ):
        if Issue.objects.filter(pk=issue.pk, status=Status.PLANNED).update(**dates) != 1:
            raise WrongState
        issue.planned_from, issue.planned_until = starts_at, ends_at
    else:
        issue.advance(to=Status.PLANNED, **dates)
    if issue.case.state == State.RECEIVED:
        cases.start_case(actor=actor, case=issue.case, now=now)
    record_step(actor, "issues.planned", issue, now)
    return issue


def _check_dates(starts_at: datetime | None, ends_at: datetime | None, now: datetime) -> None:
    if starts_at is None:
        if ends_at is not None:
            raise Invalid(gettext_noop("Say the first day too."), field="starts_at")
        return
    if not now - timedelta(days=1) <= starts_at <= now + LONGEST_AHEAD:
        raise Invalid(gettext_noop("Choose a day from today on, within three years."), field="starts_at")
    if ends_at is not None and not starts_at <= ends_at <= starts_at + LONGEST_AHEAD:
        raise Invalid(gettext_noop("The last day comes after the first one."), field="ends_at")


@transaction.atomic
def resolve_issue(
    *, actor: Actor, issue: Issue, answer: str, now: datetime, photos: Sequence[UploadedFile] = ()
) -> Issue:
    """Close a report with an answer the reporter can read. Raises NotAllowed, WrongState, Invalid (``answer``)."""
    require(rules.can_work(actor, issue))
    answer = _answer(answer, gettext_noop("Tell the reporter what was done."))
    issue.advance(to=Status.RESOLVED, resolved_at=now, answer=answer)
    for photo in photos:
        store_upload(actor=actor, upload=photo, purpose=PHOTO, now=now, subject_id=issue.pk, field="photos")
    cases.close_case(actor=actor, case=issue.case, now=now, text=answer, quiet=True)
    record_step(actor, "issues.resolved", issue, now)
    return issue


@transaction.atomic
def decline_issue(*, actor: Actor, issue: Issue, answer: str, now: datetime) -> Issue:
    """Close a report without work, saying why. Raises NotAllowed, WrongState, Invalid (field ``answer``)."""
    require(rules.can_work(actor, issue))
    answer = _answer(answer, gettext_noop("Tell the reporter why nothing will be done."))
    issue.advance(to=Status.DECLINED, answer=answer)
    cases.close_case(actor=actor, case=issue.case, now=now, text=answer, quiet=True)
    record_step(actor, "issues.declined", issue, now)
    return issue


def _answer(text: str, missing: str) -> str:
    text = text.strip()
    if not text:
        raise Invalid(missing, field="answer")
    if len(text) > MOST_LETTERS:
        raise Invalid(
            gettext_noop("Shorten the answer: %(most)s letters are the most."), field="answer", most=MOST_LETTERS
        )
    return text


@transaction.atomic
def reopen_issue(*, actor: Actor, issue: Issue, reason: str, now: datetime) -> Issue:
    """Take up a closed report: staff, or the reporter within the territory's delay. Raises NotAllowed, WrongState."""
    cases.reopen_case(actor=actor, case=issue.case, now=now, text=reason)
    issue.advance(to=Status.REPORTED, resolved_at=None, answer="")
    issue.due_at = issue.case.due_at
    Issue.objects.filter(pk=issue.pk).update(due_at=issue.due_at)
    record_step(actor, "issues.reopened", issue, now)
    return issue


@transaction.atomic
def recategorise_issue(*, actor: Actor, issue: Issue, category: Category, now: datetime) -> Issue:
    """Give an open report its right kind, with the team the rules give it then; the promise made stays.

    Raises NotAllowed, Invalid (a kind no longer used), WrongState (it ended).
    """
    require(rules.can_work(actor, issue))
    if not category.is_active:
        raise Invalid(gettext_noop("Choose another kind: this one is no longer used."), field="category")
    if not issue.is_open:
        raise WrongState
    before, case = issue.category, issue.case
    if category.pk == before.pk:
        return issue
    was, way = route_of(issue), route_of(issue, category)
    Issue.objects.filter(pk=issue.pk).update(category=category)
    issue.category = category
    if case.subject == subject_of(before, issue.description):
        subject = subject_of(category, issue.description)
        cases.rename_case(actor=actor, case=case, subject=subject, now=now)
    if case.team_id == was.team_id:  # else somebody gave it to another team on purpose
        follow_route(issue=issue, route=way, now=now)
    record_step(actor, "issues.recategorised", issue, now, before=str(before.pk), after=str(category.pk))
    return issue
