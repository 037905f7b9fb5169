"""Work in the field, on a phone: today's shortlist, what was done there, and what to put on it."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from parvis.core.geo import drawing
from parvis.core.identity.models import Team
from parvis.core.ui import outbox
from parvis.lib.errors import ParvisError, require
from parvis.lib.geometry import Box, is_position
from parvis.modules.issues import operations, queries, rules
from parvis.modules.issues.field_forms import PutForm, WorkForm
from parvis.modules.issues.models import Act, FieldStop, Issue, Outcome, WorkRecord
from parvis.modules.issues.queries import field as lists

PICTURE = (480, 360)  # pixels: about a phone's, which shows it whole, with numbers that can be read


def _today(request: HttpRequest) -> date:
    return timezone.now().astimezone(ZoneInfo(request.territory.timezone)).date()


def _start(request: HttpRequest) -> tuple[float, float]:
    """Where the round begins: where the phone says it is, else the depot."""
    try:
        here = float(request.GET["lat"]), float(request.GET["lon"])
    except (KeyError, ValueError):
        here = (91.0, 0.0)
    return here if is_position(*here) else lists.depot(request.territory) or (46.8, -71.2)


@require_safe
def today(request: HttpRequest) -> HttpResponse:
    """Show what is to be done today: on the map, in a sensible order, with a form for each."""
    require(rules.can_go_out(request.actor))
    asked = request.GET.get("equipe", "")
    team = get_object_or_404(Team, slug=asked) if asked else None
    rows = [row for row in lists.shortlist(request.actor, _today(request), team=team)
            if rules.can_work(request.actor, row.issue)]  # fmt: skip
    plan = lists.round_of(rows, _start(request))
    context = {
        "plan": plan,
        "forms": [(stop, WorkForm(auto_id=f"{stop.issue.code}-%s")) for stop in plan.stops],
        "team": team,
        "teams": Team.objects.all(),
        "picture": _picture(request, plan),
        "day": _today(request),
        "here": "lat" in request.GET,
        "left": sum(stop.issue.is_open for stop in plan.stops),
    }
    return render(request, "issues/field/today.html", context)


def _picture(request: HttpRequest, plan: lists.Round) -> str:
    """Draw the round: the start and each numbered stop, a link to its place in the list."""
    spots = [plan.start, *((stop.issue.lat, stop.issue.lon) for stop in plan.stops if stop.issue.lat is not None)]
    lats, lons = zip(*spots, strict=True)
    marks = [drawing.Mark(*plan.start, gettext("Start"), "place")]
    marks += [
        drawing.Mark(stop.issue.lat, stop.issue.lon, f"{stop.number}. {stop.issue.category.label}",
                     "" if stop.issue.is_open else "done", f"#{stop.issue.code}", str(stop.number))
        for stop in reversed(plan.stops) if stop.issue.lat is not None
    ]  # fmt: skip
    window = Box(min(lons), min(lats), max(lons), max(lats)).grown(350)
    return drawing.svg(request.territory, window, PICTURE, marks, title=gettext("Today's round"))


@require_POST
def record(request: HttpRequest, code: str, act: str) -> HttpResponse:
    """Take in one act of a crew: at once, or hours later from the phone's outbox."""
    issue = queries.by_code(code)
    require(rules.can_work(request.actor, issue))
    form = WorkForm(request.POST, request.FILES, auto_id=f"{issue.code}-%s")
    if form.is_valid():
        try:
            return _taken_in(request, issue, _record(request, issue, act, form))
        except ParvisError as error:
            form.add_error(error.field if error.field in form.fields else None, error.text(gettext))
    return render(request, "issues/field/again.html", {"form": form, "issue": issue, "act": act}, status=422)


def _record(request: HttpRequest, issue: Issue, act: str, form: WorkForm) -> WorkRecord:
    said = form.cleaned_data
    return operations.record_work(
        actor=request.actor,
        issue=issue,
        act=act,
        key=_key(request.POST.get("idempotency_key", "")),
        happened_at=said["sent_at"],
        now=timezone.now(),
        **{name: said[name] for name in ("note", "minutes", "materials", "before", "after")},
    )


def _key(text: str) -> UUID:
    """Without a script's key, each sending is its own."""
    try:
        return UUID(hex=text)
    except ValueError:
        return uuid4()


def _taken_in(request: HttpRequest, issue: Issue, record: WorkRecord) -> HttpResponse:
    """Say what became of it; a report that ended meanwhile is explained, and nothing noted is lost."""
    said = outbox.told(request)
    said.code = issue.code
    said.is_conflict = record.outcome == Outcome.KEPT
    if said.is_conflict:
        said.text = gettext(
            "Report %(code)s had ended already, or was taken up again since. Your time, material and photos are kept; "
            "its state was not changed."
        ) % {"code": issue.code}
        messages.warning(request, said.text)
    else:
        said.text = gettext("%(act)s: %(code)s") % {"act": Act(record.act).label, "code": issue.code}
        messages.success(request, said.text)
    team = Team.objects.filter(slug=request.POST.get("equipe", "")).first()
    return redirect(f"{reverse('issues_field:today')}{f'?equipe={team.slug}' if team else ''}#{issue.code}")


@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    """Offer the open reports that stand on nobody's list today."""
    require(rules.can_go_out(request.actor))
    text = request.GET.get("q", "").strip()[:80]
    found = [issue for issue in lists.may_be_added(_today(request), text=text) if rules.can_work(request.actor, issue)]
    context = {"found": found, "form": _put_form(request), "text": text, "now": timezone.now()}
    return render(request, "issues/field/choose.html", context)


def _put_form(request: HttpRequest, data: Any = None) -> PutForm:
    teams = [(str(team.pk), team.name) for team in Team.objects.all()]
    return PutForm(data, teams=teams, today=_today(request))


@require_POST
def put(request: HttpRequest) -> HttpResponse:
    """Put the chosen reports on a day's list, for a team or for oneself."""
    form = _put_form(request, request.POST)
    if not form.is_valid():
        messages.error(request, gettext("Choose a day and a list."))
        return redirect("issues_field:choose")
    who = form.cleaned_data["who"]
    issues = list(Issue.objects.filter(code__in=request.POST.getlist("code")[:100]).select_related("category"))
    try:
        operations.put_on_list(
            actor=request.actor,
            issues=issues,
            day=form.cleaned_data["day"],
            now=timezone.now(),
            team=None if who == "me" else get_object_or_404(Team, pk=who),
            person_id=request.actor.person_id if who == "me" else None,
        )
    except ParvisError as error:
        messages.error(request, error.text(gettext))
        return redirect("issues_field:choose")
    messages.success(request, gettext("%(n)s reports are on the list.") % {"n": len(issues)})
    back = request.POST.get("back", "")
    return (
        redirect("cases_bureau:case", back)
        if back in {issue.code for issue in issues}
        else redirect("issues_field:today")
    )


@require_POST
def take_off(request: HttpRequest, stop: UUID) -> HttpResponse:
    """Take a report off the list."""
    row = get_object_or_404(FieldStop.objects.select_related("issue__case"), pk=stop)
    operations.take_off_list(actor=request.actor, stop=row, now=timezone.now())
    messages.success(request, gettext("The report is off the list."))
    return redirect("issues_field:today")
