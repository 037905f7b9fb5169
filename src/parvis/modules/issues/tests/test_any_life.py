"""Whatever is done to a report, by whomever, in whatever order: no state that the tables do not know, a clock that
agrees with its stops, a history that only grows, and nothing for the wrong person."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from parvis.core.cases import operations as cases
from parvis.core.cases.models import Case, CaseEvent, ClockStop
from parvis.core.cases.tests.factories import run_queue
from parvis.core.cases.workflow import State, can_step
from parvis.core.tenancy.models import Territory
from parvis.lib.actor import Actor
from parvis.lib.errors import ParvisError
from parvis.lib.workdays import WorkCalendar, due_at
from parvis.modules.issues import operations
from parvis.modules.issues.models import Category, Issue
from parvis.modules.issues.workflow import ENDED, OPEN, STEPS, Status

from .factories import NOW, CategoryFactory, make_issue

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
Act = Callable[[Actor, Issue, Issue, datetime], object]
STAFF_ACTS: dict[str, Act] = {
    "accept": lambda by, issue, _, now: operations.accept_issue(actor=by, issue=issue, now=now),
    "plan": lambda by, issue, _, now: operations.plan_issue(actor=by, issue=issue, now=now),
    "plan for a day": lambda by, issue, _, now: operations.plan_issue(
        actor=by, issue=issue, now=now, starts_at=now + DAY, ends_at=now + 2 * DAY
    ),
    "resolve": lambda by, issue, _, now: operations.resolve_issue(actor=by, issue=issue, answer="Fait.", now=now),
    "decline": lambda by, issue, _, now: operations.decline_issue(actor=by, issue=issue, answer="Non.", now=now),
    "stop": lambda by, issue, _, now: cases.stop_clock(actor=by, case=issue.case, reason="season", now=now),
    "go on": lambda by, issue, _, now: cases.resume_clock(actor=by, case=issue.case, now=now),
    "promise": lambda by, issue, _, now: cases.promise_delay(actor=by, case=issue.case, days=12, now=now),
    "kind": lambda by, issue, other, now: operations.recategorise_issue(
        actor=by, issue=issue, category=Category.objects.exclude(pk=issue.category_id).first(), now=now
    ),
    "join": lambda by, issue, other, now: operations.join_reports(actor=by, into=other, others=[issue], now=now),
    "apart": lambda by, issue, _, now: cases.unmerge_case(actor=by, case=issue.case, now=now),
}
BOTH_ACTS: dict[str, Act] = {
    "ask": lambda by, issue, _, now: cases.send_message(actor=by, case=issue.case, text="Où ?", now=now, asks=True),
    "reopen": lambda by, issue, _, now: operations.reopen_issue(actor=by, issue=issue, reason="Encore.", now=now),
    "reopen the case": lambda by, issue, _, now: cases.reopen_case(actor=by, case=issue.case, text="Encore.", now=now),
    "write": lambda by, issue, _, now: cases.send_message(actor=by, case=issue.case, text="Ici.", now=now),
}
ACTS = STAFF_ACTS | BOTH_ACTS
STORY = st.lists(
    st.tuples(st.sampled_from(sorted(ACTS)), st.sampled_from(("staff", "staff", "staff", "reporter", "other")),
              st.integers(0, 60), st.booleans()), min_size=4, max_size=9)  # fmt: skip


def picture(issue: Issue) -> tuple[object, ...]:
    """Return everything that an act may change, as it stands in the database."""
    rows = Case.objects.order_by("id").values_list("state", "due_at", "due_days", "closed_at", "merged_into_id")
    reports = Issue.objects.order_by("id").values_list("status", "answer", "resolved_at", "due_at", "category_id")
    return list(rows), list(reports), list(ClockStop.objects.order_by("id").values()), written(issue)


def written(issue: Issue) -> list[dict[str, object]]:
    """Return the history of the report's case."""
    return list(CaseEvent.objects.filter(case=issue.case_id).order_by("id").values())


def clock_is_right(territory: Territory, issue: Issue) -> None:
    """The promise is counted from the opening, without the time it stood; while it stands nothing falls due."""
    case = Case.objects.get(pk=issue.case_id)
    stops = list(case.stops.values_list("stopped_at", "resumed_at"))
    standing = [stop for stop in stops if stop[1] is None]
    assert len(standing) == (case.state == State.WAITING), "it waits if, and only if, its clock stands"
    wanted = due_at(case.opened_at, case.due_days or 0, territory.timezone, stops=stops, calendar=WorkCalendar())
    assert case.due_at == (None if case.due_days is None else wanted)
    if case.due_at is not None:
        assert case.due_at >= case.opened_at
        assert all(case.due_at <= since for since, _ in standing), "only what was late before it stood is late"


def states_are_known(issue: Issue, before: Status) -> None:
    """The report took no step that its table lacks, except back from its end; report and case agree."""
    issue.refresh_from_db()
    now, case = Status(issue.status), Case.objects.get(pk=issue.case_id)
    back = before in ENDED and now in OPEN
    assert now == before or before in STEPS[now] or back
    assert (now in OPEN) == case.is_open
    assert issue.due_at == case.due_at or now in ENDED


def history_only_grew(issue: Issue, past: list[dict[str, object]]) -> None:
    """What stood is untouched; the steps follow each other, and each is in the table."""
    lines = written(issue)
    assert lines[: len(past)] == past
    steps = [(line["from_state"], line["to_state"]) for line in lines if line["to_state"]]
    here = State.RECEIVED
    for source, target in steps:
        if source:
            assert source == here
            apart = source == State.MERGED and target in {State.RECEIVED, State.OPEN, State.WAITING}
            assert apart or can_step(State(source), State(target))
        here = State(target)
    assert here == Case.objects.get(pk=issue.case_id).state


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(story=[("decline", "staff", 1, True), ("go on", "staff", 1, False)])
@given(story=STORY)
def test_no_story_leads_where_no_report_may_be(
    territory: Territory, clerk: Actor, resident: Actor, other_resident: Actor, story: list[tuple[str, str, int, bool]]
) -> None:
    """Now and then an act comes before what the last one set off has run."""
    who = {"staff": clerk, "reporter": resident, "other": other_resident}
    with transaction.atomic():
        categories = [CategoryFactory(), CategoryFactory(promised_days=2)]
        issue, other = make_issue(resident, category=categories[0]), make_issue(category=categories[0])
        run_queue()
        now = NOW
        for act, by, hours, at_once in story:
            now += timedelta(hours=hours)
            before, past = Status(Issue.objects.get(pk=issue.pk).status), written(issue)
            was = picture(issue)
            if not attempt(ACTS[act], who[by], issue, other, now):
                assert picture(issue) == was, "what is refused changes nothing"
            else:
                assert by == "staff" or (by == "reporter" and act in BOTH_ACTS), f"{by} may not: {act}"
            history_only_grew(issue, past)
            clock_is_right(territory, issue)
            if not at_once:
                run_queue()
                states_are_known(issue, before)
        run_queue()
        clock_is_right(territory, issue)
        transaction.set_rollback(True)


def attempt(act: Act, by: Actor, issue: Issue, other: Issue, now: datetime) -> bool:
    """Act as a page does: everything read anew, everything or nothing. Return whether it was done."""
    issue, other = (Issue.objects.select_related("case", "category").get(pk=each.pk) for each in (issue, other))
    try:
        with transaction.atomic():
            act(by, issue, other, now)
    except ParvisError:
        return False
    return True
