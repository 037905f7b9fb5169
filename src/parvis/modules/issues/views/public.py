"""What everyone reads: the list with its map, one report."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from parvis.core.geo import drawing
from parvis.core.territories import queries as ties
from parvis.core.ui.pagecache import public_page
from parvis.lib.errors import NotFound
from parvis.modules.issues import queries, rules
from parvis.modules.issues.forms import FilterForm
from parvis.modules.issues.models import Issue

PER_PAGE = 20


@require_safe
@public_page
def listing(request: HttpRequest) -> HttpResponse:
    """List the public reports, filtered, with their map."""
    form = FilterForm(request.GET or None)
    chosen = form.cleaned_data if form.is_valid() else {}
    category = chosen.get("category")
    rows = queries.filtered(
        queries.public_issues(), status=chosen.get("status", ""), category=category.slug if category else ""
    )
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    box = drawing.village_window(request.territory)
    placed = [issue for issue in page if issue.is_placed]
    marks = [drawing.Mark(i.lat, i.lon, str(i.category.label), _mark(i), i.get_absolute_url()) for i in placed]
    context = {
        "form": form,
        "page": page,
        "counts": queries.counts(timezone.now()),
        "picture": drawing.svg(request.territory, box, marks=marks, title=gettext("Reported problems")),
        "box": box,
        "entrusted": [tie.territory for tie in ties.delegations_received(request.territory.pk, "issues")],
    }
    return render(request, "issues/list.html", context)


def _mark(issue: Issue) -> str:
    return "doing" if issue.is_open else "done"


@require_safe
@public_page
def detail(request: HttpRequest, code: str) -> HttpResponse:
    """Show one report without personal data; its reporter and staff see the rest."""
    issue = queries.by_code(code)
    private = rules.can_see_private(request.actor, issue)
    if issue.is_hidden and not private:
        raise NotFound
    context = {
        "issue": issue,
        "private": private,
        "answered": queries.answered(issue) if private else [],
        "is_mine": issue.person_id is not None and issue.person_id == request.actor.person_id,
        "photos": queries.photos_of(issue, public_only=not private),
        "steps": queries.public_history(issue),
        "picture": _picture(request, issue) if issue.is_placed else "",
        "can_work": rules.can_work(request.actor, issue),
    }
    return render(request, "issues/detail.html", context)


def _picture(request: HttpRequest, issue: Issue) -> str:
    mark = drawing.Mark(issue.lat, issue.lon, issue.category.label, _mark(issue))
    return drawing.svg(request.territory, drawing.around(issue.lat, issue.lon), marks=[mark], title=issue.address)
