"""Which team gets which report: the rules in force, the draft, and what the draft would change."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from parvis.core.assets.models import AssetKind
from parvis.core.cases.wording import names_of
from parvis.core.geo.models import District
from parvis.lib.errors import Invalid, ParvisError, require
from parvis.lib.ids import read_id
from parvis.modules.issues import operations, queries, rules
from parvis.modules.issues.models import WEEKDAYS, RoutingRule, RuleSet

from .routing_form import RuleForm


@require_safe
def routing(request: HttpRequest) -> HttpResponse:
    """Show the draft when there is one, else what is in force; `?version=` shows another."""
    require(rules.can_configure(request.actor))
    versions = list(queries.rule_sets())
    asked = request.GET.get("version", "")
    shown = next((version for version in versions if str(version.number) == asked), None)
    if shown is None:
        shown = next((v for v in versions if v.is_draft), next((v for v in versions if v.is_in_force), None))
    context = {
        "shown": shown,
        "versions": versions,
        "draft": next((version for version in versions if version.is_draft), None),
        "lines": lines_of(shown) if shown else [],
        "names": names_of(v.in_force_by_id for v in versions),
    }
    return render(request, "issues/bureau/routing.html", context)


def lines_of(version: RuleSet) -> list[dict[str, Any]]:
    """Return the lines of a version with their conditions in words."""
    lines = list(version.rules.select_related("category", "team").order_by("order", "id"))
    districts = dict(District.objects.filter(pk__in=[line.district_id for line in lines]).values_list("pk", "name"))
    people = names_of(line.assignee_id for line in lines)
    return [
        {
            "rule": line,
            "conditions": conditions(line, districts),
            "assignee": people.get(line.assignee_id, "") if line.assignee_id else "",
        }
        for line in lines
    ]


def conditions(line: RoutingRule, districts: dict[UUID, str]) -> list[str]:
    """Return what a line asks, in words; nothing for one that takes every report."""
    said = []
    if line.category:
        said.append(line.category.label)
    if line.district_id:
        said.append(districts.get(line.district_id) or gettext("a district that is gone"))
    if line.asset_kind:
        said.append(str(AssetKind(line.asset_kind).label))
    if line.words:
        said.append(gettext("with «%(words)s»") % {"words": line.words})
    if line.weekdays:
        said.append(", ".join(str(dict(WEEKDAYS)[day]).lower() for day in sorted(line.weekdays)))
    if line.from_hour is not None and line.to_hour is not None:
        said.append(gettext("from %(start)s h until %(end)s h") % {"start": line.from_hour, "end": line.to_hour})
    return said


@require_http_methods(["GET", "POST"])
def rule(request: HttpRequest, pk: UUID | None = None) -> HttpResponse:
    """Add a line to the draft or change one."""
    require(rules.can_configure(request.actor))
    draft = get_object_or_404(RuleSet, in_force_at=None)
    found = get_object_or_404(RoutingRule, rule_set=draft, pk=pk) if pk else RoutingRule(rule_set=draft)
    form = RuleForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        try:
            operations.save_rule(actor=request.actor, rule=form.save(commit=False))
        except ParvisError as error:
            form.add_error(error.field if error.field in form.fields else None, error.text(gettext))
        else:
            messages.success(request, gettext("The rule is saved in the draft."))
            return redirect("issues_bureau:routing")
    status = 422 if form.errors else 200
    return render(request, "issues/bureau/rule.html", {"form": form, "rule": found, "is_new": not pk}, status=status)


@require_safe
def routing_trial(request: HttpRequest) -> HttpResponse:
    """Show what the draft would have changed for the newest reports."""
    require(rules.can_configure(request.actor))
    draft = get_object_or_404(RuleSet, in_force_at=None)
    trial = queries.try_rules(draft)
    context = {
        "draft": draft,
        "trial": trial,
        "used": [{"rule": line, "count": count} for line, count in trial.by_rule],
        "headers": [gettext("From"), gettext("To"), gettext("Reports"), gettext("For example")],
        "rule_headers": [gettext("Rule"), gettext("Reports it takes")],
    }
    return render(request, "issues/bureau/routing_trial.html", context)


@require_POST
def routing_act(request: HttpRequest, name: str) -> HttpResponse:
    """Start, change, give up a draft, or put it in force, and come back to the list."""
    require(rules.can_configure(request.actor))
    try:
        said = _act(request, name)
    except ParvisError as error:
        messages.error(request, error.text(gettext))
    else:
        if said:
            messages.success(request, said)
    return redirect("issues_bureau:routing")


def _act(request: HttpRequest, name: str) -> str:
    actor, now = request.actor, timezone.now()
    if name == "draft":
        number = request.POST.get("source", "")
        source = RuleSet.objects.filter(number=int(number)).first() if number.isdecimal() else None
        operations.draft_rules(actor=actor, now=now, source=source)
        return gettext("A draft is open: nothing changes until you put it in force.")
    draft = get_object_or_404(RuleSet, in_force_at=None)
    if name == "discard":
        operations.discard_draft(actor=actor, draft=draft, now=now)
        return gettext("The draft is gone.")
    if name == "in-force":
        operations.put_rules_in_force(actor=actor, draft=draft, now=now)
        moment = date_format(timezone.localtime(now), "TIME_FORMAT")
        return gettext("Version %(number)s is in force since %(moment)s.") % {"number": draft.number, "moment": moment}
    line = get_object_or_404(RoutingRule, rule_set=draft, pk=read_id(request.POST.get("rule")))
    if name in {"up", "down"}:
        operations.move_rule(actor=actor, rule=line, up=name == "up")
        return ""
    if name == "delete":
        operations.delete_rule(actor=actor, rule=line)
        return gettext("The rule is taken out of the draft.")
    raise Invalid(gettext("There is no such step."))
