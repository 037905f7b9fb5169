"""What everyone reads: the list with its map, one report."""

from collections.abc import Sequence
from datetime import date
from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from parvis.core.geo import drawing
from parvis.core.territories import queries as ties
from parvis.core.ui.pagecache import MARKS, part, public_page
from parvis.lib.errors import Withdrawn, gettext_noop
from parvis.modules.issues import queries, rules
from parvis.modules.issues.discretion import Place
from parvis.modules.issues.forms import FilterForm
from parvis.modules.issues.models import Issue
from parvis.modules.issues.queries import Filter

from . import exports

PER_PAGE = 20


@require_safe
@public_page
def listing(request: HttpRequest) -> HttpResponse:
    """List the public reports that answer to a filter, with their map, their months and their exports."""
    form = FilterForm(request.GET)
    asked = form.filter()
    made = partial(_listed, request, form, asked)
    main = made() if request.GET else part(request, "reports", made)
    return render(request, "issues/list.html", {"asked": asked, "main": main}, status=200 if asked else 422)


def _listed(request: HttpRequest, form: FilterForm, asked: Filter | None) -> SafeString:
    """Draw what answers to a filter."""
    known = queries.months(queries.Filter())
    form.offer([month for month, _ in known])
    fields = partial(render_to_string, "issues/filter.html", {"form": form, "asked": asked})
    found = queries.newest(asked, cursor=request.GET.get("after", ""), size=PER_PAGE) if asked else queries.Slice([])
    context = {
        "there": (request.language_prefix, request.path_info),
        "filter": fields() if request.GET else part(request, "reports filter", fields, unmoved_by=MARKS),
        "asked": asked,
        "described": form.in_words(),
        "found": found,
        "is_deep": "after" in request.GET,
        "total": queries.count(asked) if asked else 0,
        "most_in_a_file": exports.MOST,
        "most_found": queries.MOST_FOUND,
        "bars": _bars(known, asked),
        "counts": queries.counts(timezone.now()),
        "picture": _drawn(request, found.issues),
        "entrusted": [tie.territory for tie in ties.delegations_received(request.territory.pk, "issues")],
    }
    return render_to_string("issues/listed.html", context, request if request.GET else None)  # else it is a kept part


def _bars(known: Sequence[tuple[date, int]], asked: Filter | None) -> list[dict[str, str]]:
    """Return a bar for each month there is, ten high at the most: what answers to the filter but for its period."""
    if not known:
        return []
    others = asked.narrowed(start=None, end=None, text="") if asked else Filter()
    counts = dict(known if others.is_empty else queries.months(others))
    month, most, bars = known[0][0], max(counts.values(), default=1), []
    while month <= known[-1][0]:
        height = 10 * counts.get(month, 0) / most
        bar = {"key": f"{month:%Y-%m}", "label": date_format(month, "F Y"), "height": f"{height:.1f}"}
        bars.append({**bar, "top": f"{10 - height:.1f}"})
        month = queries.next_month(month)
    return bars


def _drawn(request: HttpRequest, issues: Sequence[Issue]) -> str:
    """Draw the reports of the page: on the village where most of them lie there, else on the whole territory."""
    placed = [issue for issue in issues if issue.is_placed]
    box = drawing.village_window(request.territory)
    near = [i for i in placed if box.south <= i.lat <= box.north and box.west <= i.lon <= box.east]
    if len(near) * 2 < len(placed):
        box = drawing.window(request.territory)
    marks = [
        drawing.Mark(i.shown_lat, i.shown_lon, str(i.category.label), _mark(i), i.get_absolute_url()) for i in placed
    ]
    return drawing.svg(request.territory, box, marks=marks, title=gettext("Reported problems"))


def _mark(issue: Issue) -> str:
    return "doing" if issue.is_open else "done"


@require_safe
@public_page
def detail(request: HttpRequest, code: str) -> HttpResponse:
    """Show one report without personal data; its reporter and staff see the rest."""
    issue = queries.by_code(code)
    private = rules.can_see_private(request.actor, issue)
    if issue.is_hidden and not private:  # messages to those who follow it still lead here
        raise Withdrawn(gettext_noop("This report is not shown to everyone. If it is yours, sign in to read it."))
    place = issue.place(exact=private)
    context = {
        "issue": issue,
        "private": private,
        "place": place,
        "can_follow": rules.can_follow(request.actor, issue),
        "follows": queries.follows(request.actor.person_id, issue),
        "signed_in": request.actor.person_id is not None,
        "answered": queries.answered(issue) if private else [],
        "is_mine": issue.person_id is not None and issue.person_id == request.actor.person_id,
        "photos": queries.photos_of(issue, public_only=not private),
        "steps": queries.public_history(issue),
        "coming": queries.coming(issue, now=timezone.now()),
        "picture": _picture(request, issue, place) if issue.is_placed else "",
        "can_work": rules.can_work(request.actor, issue),
    }
    return render(request, "issues/detail.html", context)


def _picture(request: HttpRequest, issue: Issue, place: Place) -> str:
    mark = drawing.Mark(place.lat, place.lon, issue.category.label, _mark(issue))
    return drawing.svg(request.territory, drawing.around(place.lat, place.lon), marks=[mark], title=place.address)
