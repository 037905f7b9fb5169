"""Pages on which somebody reports a problem."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from parvis.core.assets.models import Asset
from parvis.core.cases import links
from parvis.core.cases.operations import Contact, told_by
from parvis.core.identity.entering import ask_first
from parvis.core.residency.leading import lead_on
from parvis.core.tenancy.switches import settings_of
from parvis.core.ui import outbox
from parvis.lib.errors import ParvisError
from parvis.lib.ids import read_id
from parvis.modules.issues import operations, queries, rules
from parvis.modules.issues.forms import ReportForm
from parvis.modules.issues.models import Issue
from parvis.modules.issues.queries.assets import THING, asset_by_id, assets_near, picture_of

from .helping import help_with

FIELDS = {"text": "description", "phone": "phone", "email": "email"}


@require_http_methods(["GET", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """Show the form and take in a report."""
    if request.method == "GET" and (asking := ask_first(request)):
        return asking
    if not _may_report(request) and (request.method == "GET" or outbox.is_sending(request)):
        return _say_who_may(request)
    signed_in = request.actor.person_id is not None
    initial = _about(request) or {"place": _asked_place(request), "category": request.GET.get("category", "")}
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
            outbox.told(request).code = issue.code
            request.session["reported"] = [*request.session.get("reported", [])[-9:], issue.code]
            return redirect("issues:thanks", issue.code)
    posted = request.method == "POST"
    context = {"form": form, "signed_in": signed_in, **(help_with(request.POST) if posted else _help_at_first(initial))}
    context["signed_in"] = signed_in
    return render(request, "issues/report.html", context, status=422 if posted else 200)


def _say_who_may(request: HttpRequest) -> HttpResponse:
    """Lead to what somebody lacks in order to report here: an account, or a proven address."""
    if request.actor.person_id is None:
        messages.info(request, gettext("Sign in first: this municipality wants to know who reports."))
        return redirect(f"{reverse('account_login')}?{urlencode({'next': request.get_full_path()})}")
    return lead_on(request, "issues.report") or redirect("portal:home")


def _may_report(request: HttpRequest) -> bool:
    return rules.can_report(request.actor, anonymous_allowed=settings_of("issues").anonymous_allowed)


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
        answers=form.answers(),
        photos=said["photos"],
        contact=contact,
        idempotency_key=request.POST.get("idempotency_key", "")[:64],
        asset=form.thing(),
        now=timezone.now(),
    )


def _about(request: HttpRequest) -> dict[str, Any] | None:
    """Return what a link from the page of a thing fills in: its place, and its kind of problem when there is one."""
    thing = asset_by_id(request.GET.get("asset", ""))
    if thing is None or not thing.is_public:
        return None
    kinds = [category.slug for category in queries.offered() if thing.kind in category.asset_kinds]
    place = {"lat": thing.lat, "lon": thing.lon, "address": thing.street, "ref": f"{THING}{thing.pk}"}
    return {"place": place, "category": kinds[0] if len(kinds) == 1 else ""}


def _help_at_first(initial: dict[str, Any]) -> dict[str, Any]:
    """Return what helps before anything was sent, when a link has said where."""
    place = initial["place"]
    if not place:
        return {}
    said = {f"place_{name}": str(value) for name, value in place.items()}
    return help_with({**said, "category": initial["category"]})


def _asked_place(request: HttpRequest) -> dict[str, Any] | None:
    """Return the place that a link from the map asks about."""
    try:
        lat, lon = float(request.GET["lat"]), float(request.GET["lon"])
    except (KeyError, ValueError):
        return None
    return {"lat": lat, "lon": lon, "address": request.GET.get("address", "")[:200], "ref": ""}


@require_http_methods(["GET", "POST"])
def thanks(request: HttpRequest, code: str) -> HttpResponse:
    """Confirm to whoever has just reported: the code, what happens next and by when; ask which lamp post it is."""
    issue = queries.by_code(code)
    if issue.code not in request.session.get("reported", []):
        return redirect("issues:detail", issue.code)
    if request.method == "POST":
        key = request.POST.get("asset", "")
        chosen = get_object_or_404(Asset, pk=read_id(key)) if key else None
        operations.choose_asset(
            actor=request.actor, issue=issue, asset=chosen, now=timezone.now(), has_just_reported=True
        )
        return redirect("issues:thanks", issue.code)
    near = assets_near(issue, public_only=True)
    context = {
        "issue": issue,
        "near": near,
        "picture": picture_of(request.territory, issue, near),
        "is_told": issue.person_id is not None or bool(told_by(issue.case)),
        "link": "" if issue.person_id else request.build_absolute_uri(links.path_of(issue.case)),
    }
    return render(request, "issues/thanks.html", context)
