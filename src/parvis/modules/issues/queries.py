"""Every read of reports that is more than a filter."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from parvis.core.cases.models import CaseEvent
from parvis.core.files.models import FileState, StoredFile
from parvis.core.registry.entries import Document, MapFeature, Window
from parvis.lib.errors import NotFound

from . import workflow
from .models import PHOTO, Category, Issue
from .workflow import Status

TONES = {
    Status.REPORTED: "info",
    Status.ACCEPTED: "info",
    Status.PLANNED: "info",
    Status.RESOLVED: "ok",
    Status.DECLINED: "soft",
}
SOLVED_SHOWN = timedelta(days=30)


def categories() -> QuerySet[Category]:
    """Return the kinds of problems that can be reported here."""
    return Category.objects.filter(is_active=True)


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


def by_code(code: str) -> Issue:
    """Return the report of that public code, hidden or not. Raises NotFound."""
    issue = Issue.objects.select_related("category", "case").filter(code=code.upper()).first()
    if issue is None:
        raise NotFound
    return issue


def in_window(window: Window, *, now: datetime, limit: int = 500) -> QuerySet[Issue]:
    """Return the public reports of a map window, newest first: open ones, and those solved in the last thirty days."""
    fresh = Q(status__in=list(workflow.OPEN)) | Q(status=Status.RESOLVED, resolved_at__gte=now - SOLVED_SHOWN)
    return public_issues().filter(
        fresh, lat__gte=window.south, lat__lte=window.north, lon__gte=window.west, lon__lte=window.east
    )[:limit]


def photos_of(issue: Issue, *, public_only: bool) -> QuerySet[StoredFile]:
    """Return the photos of a report, those still being prepared last."""
    rows = StoredFile.objects.filter(subject_id=issue.pk, purpose=PHOTO).exclude(state=FileState.REFUSED)
    if public_only:
        rows = rows.filter(is_public=True)
    return rows.order_by("created_at")


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


def document_of(issue: Issue) -> Document:
    """Return what the one search field may find of a report: its kind, place and state, and its words once released."""
    names = {language: getattr(issue.category, f"label_{language}") for language in ("fr", "en", "es")}
    titles = {language: f"{name} · {issue.address}".removesuffix(" · ") for language, name in names.items() if name}
    return Document(
        ref=str(issue.pk),
        title=titles["fr"],
        titles=titles,
        url=issue.get_absolute_url(),
        text=issue.description if issue.is_text_public else "",
        keywords=f"{issue.code} {issue.category.keywords}",
        hint=issue.code,
        at=issue.reported_at,
        weight=0.6,
    )


def documents() -> Iterable[Document]:
    """Yield every public report for the search."""
    return (document_of(issue) for issue in public_issues().iterator(chunk_size=2000))


def document(ref: str) -> Document | None:
    """Return one report for the search, or None when it is hidden or gone."""
    issue = public_issues().filter(pk=ref).first()
    return document_of(issue) if issue else None


def counts(now: datetime) -> dict[str, int]:
    """Return what the home page says: open, and solved in the last thirty days."""
    month = now - SOLVED_SHOWN
    return {
        "open": Issue.objects.filter(status__in=list(workflow.OPEN), is_hidden=False).count(),
        "solved": Issue.objects.filter(status=Status.RESOLVED, resolved_at__gte=month, is_hidden=False).count(),
    }


def category_counts() -> list[dict[str, Any]]:
    """Return the open reports by category, most first."""
    rows = Issue.objects.filter(status__in=list(workflow.OPEN), is_hidden=False)
    counted = rows.values("category__slug", "category__label_fr").annotate(n=Count("id")).order_by("-n")
    return [dict(row) for row in counted]


def of_case(case_id: UUID) -> Issue | None:
    """Return the report of a case."""
    return Issue.objects.select_related("category", "case").filter(case_id=case_id).first()


def public_page_of(case: Any) -> str:
    """Return the address of the report's own page."""
    return reverse("issues:detail", args=[case.code])


def has_report(case: Any) -> bool:
    """Tell whether a case has its report, whose panel then holds the steps that end it."""
    return Issue.objects.filter(case_id=case.pk).exists()


def panel(case: Any) -> dict[str, Any]:
    """Return what the page of a case shows of its report."""
    issue = of_case(case.pk)
    photos = list(photos_of(issue, public_only=False)) if issue else []
    return {"issue": issue, "photos": photos, "categories": categories(), "title": _("Report")}


def reporters(since: datetime) -> Iterator[tuple[UUID, datetime]]:
    """Yield who reported something since a moment, and when."""
    rows = Issue.objects.filter(reported_at__gte=since, person_id__isnull=False)
    yield from rows.values_list("person_id", "reported_at").iterator(chunk_size=2000)
