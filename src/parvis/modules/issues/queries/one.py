"""One report, its kind, its photos, its part of a case."""

from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Case, F, Q, QuerySet, When
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from parvis.core.cases.models import Follower
from parvis.core.files.models import FileState, StoredFile
from parvis.core.tenancy.context import current_territory_id
from parvis.core.tenancy.here import zone_here
from parvis.core.tenancy.memo import remembered
from parvis.lib.errors import NotFound
from parvis.modules.issues.models import PHOTO, Category, Issue
from parvis.modules.issues.workflow import Status

from .asking import answered
from .assets import assets_near, picture_of
from .duplicates import likely_duplicates
from .field import in_the_field
from .passed import passing


def categories() -> QuerySet[Category]:
    """Return the kinds of problems that can be reported here."""
    return Category.objects.filter(is_active=True)


def kind_called(slug: str) -> Category | None:
    """Return the kind of problem of this name that can be reported here: to read."""
    here = current_territory_id()
    kinds = remembered(
        ("issues.kinds", here),
        lambda: {kind.slug: kind for kind in categories().select_related("team")},
        fact_of=here,
    )
    return kinds.get(slug)


def offered(day: date | None = None) -> QuerySet[Category]:
    """Return the kinds of problems that residents may choose on a day (today in the town, unless given)."""
    return categories().filter(_in_season(day or timezone.localdate()))


def shown() -> QuerySet[Category]:
    """Return what residents may choose today; last, the kinds that wait for their season and have something to say."""
    is_in = _in_season(timezone.localdate())
    return (
        categories().filter(is_in | ~Q(out_fr="")).order_by(Case(When(is_in, then=0), default=1), "order", "label_fr")
    )


def _in_season(day: date) -> Q:
    today = day.month * 100 + day.day
    always, plain = Q(season_start=None), Q(season_start__lte=F("season_end"))
    within = Q(season_start__lte=today, season_end__gte=today)
    over_new_year = Q(season_start__lte=today) | Q(season_end__gte=today)
    return always | (plain & within) | (~plain & over_new_year)


def by_code(code: str) -> Issue:
    """Return the report of that public code, hidden or not. Raises NotFound."""
    rows = Issue.objects.select_related("category", "case", "asset")
    issue = rows.filter(code=code.upper()).first() if "\x00" not in code else None
    if issue is None:
        raise NotFound
    return issue


def photos_of(issue: Issue, *, public_only: bool) -> QuerySet[StoredFile]:
    """Return the photos of a report, those still being prepared last."""
    rows = StoredFile.objects.filter(subject_id=issue.pk, purpose=PHOTO).exclude(state=FileState.REFUSED)
    if public_only:
        rows = rows.filter(is_public=True)
    return rows.order_by("created_at")


def of_case(case_id: UUID) -> Issue | None:
    """Return the report of a case."""
    return (
        Issue.objects.select_related("category", "case", "routed_by__rule_set", "asset", "territory")
        .filter(case_id=case_id)
        .first()
    )


def _report_of(case: Any) -> Issue | None:
    """Return the report of a case at hand, read once; with all that its panel shows."""
    relation = case._meta.get_field("issue")
    if not relation.is_cached(case):
        issue = of_case(case.pk)
        if issue is None:
            return None
        case.issue = issue
    return case.issue  # type: ignore[no-any-return]  # a case of any kind


def public_page_of(case: Any) -> str:
    """Return the address of the report's own page; empty while it is not shown to everyone."""
    issue = _report_of(case)
    return "" if issue is None or issue.is_hidden else reverse("issues:detail", args=[case.code])


def planned_words(case: Any) -> str:
    """Return when the work for a case is planned, and that it is later than promised if so; empty without a day."""
    issue = _report_of(case)
    if issue is None or issue.status != Status.PLANNED or issue.planned_from is None:
        return ""
    zone = zone_here(issue.territory_id)
    last = issue.planned_until or issue.planned_from
    first_day, last_day = (date_format(day.astimezone(zone), "DATE_FORMAT") for day in (issue.planned_from, last))
    days = _("On %(first_day)s.") if first_day == last_day else _("From %(first_day)s to %(last_day)s.")
    said = [days % {"first_day": first_day, "last_day": last_day}]
    if issue.due_at and last > issue.due_at:
        due = date_format(issue.due_at.astimezone(zone), "DATE_FORMAT")
        said.append(_("The work is planned for later than we promised (before %(due)s).") % {"due": due})
    return " ".join(said)


def has_report(case: Any) -> bool:
    """Tell whether a case has its report, whose panel then holds the steps that end it."""
    return _report_of(case) is not None


def topics() -> list[tuple[str, str]]:
    """Return what an answer may be kept ready for: the kinds of problems."""
    return [(category.slug, category.label) for category in categories()]


def topic_of(case: Any) -> str:
    """Return the kind of problem of a case, by its slug; empty when it is no report yet."""
    issue = _report_of(case)
    return issue.category.slug if issue else ""


def blanks_of(case: Any, language: str) -> dict[str, str]:
    """Return what fills the blanks of a ready answer besides everyone's: the kind of problem, in that language."""
    issue = _report_of(case)
    if issue is None:
        return {}
    return {"categorie": getattr(issue.category, f"label_{language}", "") or issue.category.label_fr}


def _assets(issue: Issue | None) -> dict[str, Any]:
    if issue is None or not issue.is_open:
        return {}
    near = assets_near(issue)
    return {"near": near, "picture": picture_of(issue.territory, issue, near), "staff": True}


def panel(case: Any) -> dict[str, Any]:
    """Return what the page of a case shows of its report."""
    issue = _report_of(case)
    photos = list(photos_of(issue, public_only=False)) if issue else []
    return {
        "issue": issue,
        "photos": photos,
        "categories": categories(),
        "answered": answered(issue) if issue else [],
        "title": _("Report"),
        "duplicates": likely_duplicates(issue) if issue else [],
        **passing(issue),
        "field": in_the_field(issue) if issue else {},
        **_assets(issue),
    }


def follows(person_id: UUID | None, issue: Issue) -> bool:
    """Tell whether a person follows a report."""
    return person_id is not None and Follower.objects.filter(case_id=issue.case_id, person_id=person_id).exists()
