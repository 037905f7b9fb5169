"""What everyone may read of reports."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from parvis.core.cases.models import CaseEvent
from parvis.core.registry.entries import MapFeature, Window
from parvis.modules.issues import workflow
from parvis.modules.issues.models import Issue
from parvis.modules.issues.workflow import Status

TONES = {
    Status.REPORTED: "info",
    Status.ACCEPTED: "info",
    Status.PLANNED: "info",
    Status.RESOLVED: "ok",
    Status.DECLINED: "soft",
}


SOLVED_SHOWN = timedelta(days=30)


def public_issues() -> QuerySet[Issue]:
    """Return what everyone may see, newest first."""
    return Issue.objects.filter(is_hidden=False).select_related("category").order_by("-reported_at", "id")


def filtered(
    rows: QuerySet[Issue], *, status: str = "", category: str = "", since: datetime | None = None
) -> QuerySet[Issue]:
    """Keep the reports of a state (``open``, ``ended`` or one state), a category's slug, a period."""
    if status == "open":
        rows = rows.filter(status__in=list(workflow.OPEN))
    elif status == "ended":
        rows = rows.filter(status__in=list(workflow.ENDED))
    elif status in list(Status):
        rows = rows.filter(status=status)
    if category:
        rows = rows.filter(category__slug=category)
    if since:
        rows = rows.filter(reported_at__gte=since)
    return rows


def in_window(window: Window, *, now: datetime, limit: int = 500) -> QuerySet[Issue]:
    """Return the public reports of a map window, newest first: open ones, and those solved in the last thirty days."""
    fresh = Q(status__in=list(workflow.OPEN)) | Q(status=Status.RESOLVED, resolved_at__gte=now - SOLVED_SHOWN)
    return public_issues().filter(
        fresh, lat__gte=window.south, lat__lte=window.north, lon__gte=window.west, lon__lte=window.east
    )[:limit]


@dataclass(frozen=True, slots=True)
class Step:
    """One line of what everyone may read of a report's history."""

    label: str
    at: datetime


STEP_LABELS = {
    "opened": pgettext_lazy("report", "Reported"),
    "started": pgettext_lazy("report", "Taken in charge"),
    "closed": pgettext_lazy("report", "Closed"),
    "reopened": pgettext_lazy("report", "Taken up again"),
    "clock_stopped": pgettext_lazy("report", "Waiting"),
    "clock_resumed": pgettext_lazy("report", "Work goes on"),
    "handed_over": pgettext_lazy("report", "Handed over"),
    "merged": pgettext_lazy("report", "Joined with another report"),
}


def public_history(issue: Issue) -> list[Step]:
    """Return the steps of a report that hold nothing personal, oldest first."""
    rows = CaseEvent.objects.filter(case_id=issue.case_id, is_internal=False, name__in=STEP_LABELS).order_by("at", "id")
    return [Step(str(STEP_LABELS[row.name]), row.at) for row in rows]


def features(window: Window, limit: int) -> Iterator[MapFeature]:
    """Yield the reports of a map window: open ones, and those solved in the last thirty days."""
    for issue in in_window(window, now=timezone.now(), limit=limit):
        yield MapFeature(
            ref=issue.code,
            lat=issue.lat,
            lon=issue.lon,
            label=issue.category.label,
            url=issue.get_absolute_url(),
            icon=issue.category.icon,
            tone=TONES[Status(issue.status)],
            hint=f"{issue.status_label} · {issue.address}",
        )
