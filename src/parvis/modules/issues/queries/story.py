"""What became of a report, in words that everyone may read: what happened, and what happens next, by when."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from parvis.core.cases.models import CaseEvent
from parvis.core.cases.queries import options
from parvis.core.cases.workflow import State
from parvis.core.tenancy.here import zone_here
from parvis.modules.issues.models import Issue
from parvis.modules.issues.workflow import Status


@dataclass(frozen=True, slots=True)
class Step:
    """One line of what everyone may read of a report's history."""

    label: str
    at: datetime
    said: str = ""


@dataclass(frozen=True, slots=True)
class Next:
    """What happens next, until when it is promised, whether that has passed, or the work is planned for after it."""

    label: str
    said: str
    due_at: datetime | None = None
    is_late: bool = False
    is_beyond: bool = False


STEP_LABELS = {
    "opened": pgettext_lazy("report", "Reported"),
    "started": pgettext_lazy("report", "Taken in charge"),
    "closed": pgettext_lazy("report", "Closed"),
    "reopened": pgettext_lazy("report", "Taken up again"),
    "clock_stopped": pgettext_lazy("report", "Waiting"),
    "clock_resumed": pgettext_lazy("report", "Work goes on"),
    "promised": pgettext_lazy("report", "The promise has changed"),
    "handed_over": pgettext_lazy("report", "Handed over"),
    "passed_on": pgettext_lazy("report", "Passed on to another body"),
    "merged": pgettext_lazy("report", "Joined with another report"),
}
STEP_WORDS = {
    "opened": gettext_lazy("Somebody told the municipality about it."),
    "started": gettext_lazy("The municipality has read it and looks after it."),
    "reopened": gettext_lazy("It was not solved after all: the work begins again."),
    "clock_stopped": gettext_lazy("Something is awaited from outside; the promised delay stands still."),
    "clock_resumed": gettext_lazy("What was awaited has come; the promised delay runs again."),
    "handed_over": gettext_lazy("Somebody else has to see to it; the municipality follows it."),
    "passed_on": gettext_lazy("Somebody else has to see to it; the municipality follows it."),
    "merged": gettext_lazy("Another report tells the same thing: both are followed together."),
}
ENDINGS = {
    Status.RESOLVED: gettext_lazy("The municipality says that it is solved."),
    Status.DECLINED: gettext_lazy("It was closed without work."),
}
COMING = {
    Status.REPORTED: (
        gettext_lazy("Somebody reads it"),
        gettext_lazy("Then it is given to those who can solve it."),
    ),
    Status.ACCEPTED: (
        gettext_lazy("It is being looked after"),
        gettext_lazy("The people in charge go and see, plan the work or do it."),
    ),
    Status.PLANNED: (
        gettext_lazy("The work remains to be done"),
        gettext_lazy("It is planned; we tell what was done once it is."),
    ),
}


def public_history(issue: Issue) -> list[Step]:
    """Return the steps of a report that hold nothing personal, oldest first."""
    rows = CaseEvent.objects.filter(case_id=issue.case_id, is_internal=False, name__in=STEP_LABELS).order_by("at", "id")
    names = [row.name for row in rows]
    steps = [Step(str(STEP_LABELS[row.name]), row.at, _said(issue, row)) for row in rows]
    ending = ENDINGS.get(Status(issue.status))
    if ending is not None and names[-1:] == ["closed"]:
        steps[-1] = Step(str(issue.status_label), steps[-1].at, str(ending))
    return steps


def _said(issue: Issue, row: CaseEvent) -> str:
    """Return what a step means; of a changed promise, the date that stood and the one that stands."""
    if row.name != "promised":
        return str(STEP_WORDS.get(row.name, ""))
    zone = zone_here(issue.territory_id)
    dates = [datetime.fromisoformat(said) if (said := row.data.get(name)) else None for name in ("was", "due")]
    was, due = (date_format(moment.astimezone(zone), "DATE_FORMAT") if moment else "" for moment in dates)
    if was and due:
        return _("The new date is %(due)s; it was %(was)s.") % {"due": due, "was": was}
    if due:
        return _("The new date is %(due)s.") % {"due": due}
    if row.data.get("days") is None:
        return _("No date is promised any more.") if was else ""
    days = row.data["days"]
    return ngettext("The delay is now %(n)s working day.", "The delay is now %(n)s working days.", days) % {"n": days}


def coming(issue: Issue, *, now: datetime) -> Next | None:
    """Return what happens next with an open report; what can still be done about one that has ended lately."""
    if not issue.is_open:
        return _after_the_end(issue, now)
    label, said = COMING[Status(issue.status)]
    if issue.case.state == State.WAITING:
        label, said = gettext_lazy("The answer of others is awaited"), STEP_WORDS["clock_stopped"]
    is_late = issue.due_at is not None and issue.due_at < now
    if is_late:
        said = gettext_lazy("The promised moment has passed: it is late, and remains to be done.")
    last = issue.planned_until or issue.planned_from
    is_beyond = issue.status == Status.PLANNED and bool(issue.due_at and last and last > issue.due_at)
    return Next(str(label), str(said), issue.due_at, is_late, is_beyond)


def _after_the_end(issue: Issue, now: datetime) -> Next | None:
    days = options().reopen_days
    ended_at = issue.case.closed_at
    if ended_at is None or (now - ended_at).days >= days:
        return None
    said = _("Whoever reported it can have it taken up again within %(days)s days.") % {"days": days}
    return Next(_("Not solved?"), said)
