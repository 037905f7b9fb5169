"""Pages for residents: report, list, map, one report."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from parvis.core.cases.operations import Contact
from parvis.core.geo import drawing
from parvis.core.territories import queries as ties
from parvis.core.ui.pagecache import public_page
from parvis.lib.errors import NotFound, ParvisError

from . import operations, queries, rules
from .forms import FilterForm, ReportForm
from .models import Issue

PER_PAGE = 20
FIELDS = {"text": "description", "phone": "phone", "email": "email"}


@require_http_methods(["GET", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """Show the form and take in a report."""
    signed_in = request.actor.person_id is not None
    initial = {"place": _asked_place(request)}
    form = ReportForm(
        request.POST or None, request.FILES or None, territory=request.territory, signed_in=signed_in, initial=initial
    )
    if request.method == "POST" and form.is_valid():
        try:
            issue = _take(request, form)
        except ParvisError as error:
            name = FIELDS.get(error.field or "", error.field)
            form.add_error(name if name in form.fields else None, error.text(gettext))
        else:
            request.session["reported"] = [*request.session.get("reported", [])[-9:], issue.code]
            return redirect("issues:thanks", issue.code)
    status = 422 if request.method == "POST" else 200
    return render(request, "issues/report.html", {"form": form, "signed_in": signed_in}, status=status)


def _take(request: HttpRequest, form: ReportForm) -> Issue:
    said = form.cleaned_data
    contact = Contact(
        name=said.get("name", ""),
        email=said.get("email", ""),
        phone=said.get("phone", ""),
        language=request.LANGUAGE_CODE,
    )
    return operations.report_issue(
        actor=request.actor,
        category=said["category"],
        description=said["description"],
        lat=said["place"]["lat"],
        lon=said["place"]["lon"],
        address=said["place"]["address"],
        photos=said["photos"],
        contact=contact,
        idempotency_key=request.POST.get("idempotency_key", "")[:64],
        now=timezone.now(),
    )


def _asked_place(request: HttpRequest) -> dict[str, Any] | None:
    """Return the place that a link from the map asks about."""
    try:
        lat, lon = float(request.GET["lat"]), float(request.GET["lon"])
    except (KeyError, ValueError):
        return None
    return {"lat": lat, "lon": lon, "address": request.GET.get("address", "")[:200], "ref": ""}


@require_safe
def thanks(request: HttpRequest, code: str) -> HttpResponse:
    """Confirm to whoever has just reported: the code, what happens next and by when."""
    issue = queries.by_code(code)
    if issue.code not in request.session.get("reported", []):
        return redirect("issues:detail", issue.code)
    return render(request, "issues/thanks.html", {"issue": issue})


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
    marks = [drawing.Mark(i.lat, i.lon, str(i.category.label), _mark(i), i.get_absolute_url()) for i in page]
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
    box = drawing.around(issue.lat, issue.lon)
    mark = drawing.Mark(issue.lat, issue.lon, issue.category.label, _mark(issue))
    context = {
        "issue": issue,
        "private": private,
        "is_mine": issue.person_id is not None and issue.person_id == request.actor.person_id,
        "photos": queries.photos_of(issue, public_only=not private),
        "steps": queries.public_history(issue),
        "picture": drawing.svg(request.territory, box, marks=[mark], title=issue.address),
        "can_work": rules.can_work(request.actor, issue),
    }
    return render(request, "issues/detail.html", context)


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """List one's own reports."""
    if request.actor.person_id is None:
        return redirect(f"{reverse('account_login')}?next={request.path}")
    rows = Issue.objects.filter(person_id=request.actor.person_id).select_related("category").order_by("-reported_at")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "issues/mine.html", {"page": page})
