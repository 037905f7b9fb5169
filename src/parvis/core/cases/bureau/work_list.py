"""The one work list over all kinds, its saved filters, the members' cases, and what was handed over to us."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from parvis.core.cases import operations, queries, rules
from parvis.core.cases.bulk import acts
from parvis.core.cases.kinds import kind_of
from parvis.core.cases.models import Case, SavedFilter
from parvis.core.cases.wording import names_of
from parvis.core.geo.models import District
from parvis.core.tenancy.addresses import territory_path
from parvis.core.tenancy.models import Territory
from parvis.lib.errors import ParvisError, require

from .forms import WorkFilterForm

TABS = {
    "open": _("Not finished"),
    "mine": _("Mine"),
    "unassigned": _("Nobody's"),
    "late": _("Late"),
    "due_soon": _("Due soon"),
    "awaiting": _("To answer"),
}


@require_safe
def work_list(request: HttpRequest) -> HttpResponse:
    """Show the work of this territory."""
    require(rules.can_see_work_list(request.actor))
    form, now = WorkFilterForm(request.GET), timezone.now()
    page = queries.work_list(
        actor=request.actor, wanted=form.wanted(request.actor), now=now, after=request.GET.get("after", "")
    )
    return render(
        request,
        "cases/bureau/work_list.html",
        {
            "form": form,
            "acts": acts(),
            "query": request.GET.urlencode(),
            "rows": _rows(page.cases, now),
            "next": page.next,
            "tabs": _tabs(request, now),
            "saved": _saved(request),
            "members": queries.delegations_of(request.actor, now),
            "received": queries.received_waiting().count() + queries.partners_waiting().count(),
        },
    )


def _rows(cases: Iterable[Case], now: Any) -> list[dict[str, Any]]:
    cases = list(cases)
    wanted = {case.district_id for case in cases if case.district_id}
    districts = dict(District.objects.filter(pk__in=wanted).values_list("pk", "name"))
    elsewhere = names_of(case.assignee_id for case in cases if case.assignee is None)
    return [
        {
            "case": case,
            "kind": kind_of(case.kind),
            "is_late": case.is_late(now),
            "district": districts.get(case.district_id, ""),
            "assignee": case.assignee.name if case.assignee else elsewhere.get(case.assignee_id, ""),
            "who": case.person.name if case.person else case.contact_name,
        }
        for case in cases
    ]


def _tabs(request: HttpRequest, now: Any) -> list[dict[str, Any]]:
    counts = queries.count_work(actor=request.actor, now=now)
    here = request.GET.get("view") or "open"
    others = {name: value for name, value in request.GET.items() if name not in {"view", "after"} and value}
    return [
        {
            "label": label,
            "count": getattr(counts, name),
            "url": f"?{urlencode({**others, 'view': name})}",
            "current": name == here,
            "tone": "late" if name == "late" else "",
        }
        for name, label in TABS.items()
    ]


def _saved(request: HttpRequest) -> list[dict[str, Any]]:
    return [
        {
            "filter": saved,
            "url": f"{reverse('cases_bureau:list')}?{urlencode(saved.query)}",
            "can_change": rules.can_change_filter(request.actor, saved),
        }
        for saved in queries.saved_filters(request.actor)
    ]


@require_POST
def save_filter(request: HttpRequest) -> HttpResponse:
    """Keep the filter in force under a name."""
    form = WorkFilterForm(request.POST)
    query = form.kept()
    try:
        operations.save_filter(
            actor=request.actor,
            name=request.POST.get("name", ""),
            query=query,
            is_shared=request.POST.get("is_shared") == "1",
        )
    except ParvisError as error:
        messages.error(request, error.text(gettext))
    else:
        messages.success(request, gettext("The filter is kept."))
    return redirect(f"{reverse('cases_bureau:list')}?{urlencode(query)}")


@require_POST
def delete_filter(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Delete one's own filter."""
    operations.delete_filter(actor=request.actor, saved=get_object_or_404(SavedFilter, pk=pk))
    messages.success(request, gettext("The filter is deleted."))
    return redirect("cases_bureau:list")


@require_safe
def members(request: HttpRequest) -> HttpResponse:
    """Show in one list the cases of the members that delegated their service; each opens in its own town."""
    require(rules.can_see_work_list(request.actor))
    form, now, town = WorkFilterForm(request.GET), timezone.now(), request.GET.get("town", "")
    page = queries.delegated_cases(
        actor=request.actor,
        wanted=form.wanted(request.actor),
        now=now,
        town=town,
        after=request.GET.get("after", ""),
    )
    rows = [
        {
            "case": case,
            "kind": kind_of(case.kind),
            "is_late": case.is_late(now),
            "town": case.territory.name,
            "who": case.contact_name,
            "assignee": case.assignee.name if case.assignee else "",
            "url": territory_path(case.territory, request.LANGUAGE_CODE, f"/bureau/dossiers/{case.code}/"),
        }
        for case in page.cases
    ]
    view = form.data.get("view") or "open"
    context = {
        "rows": rows,
        "next": page.next,
        "tabs": [(name, TABS[name], name == view) for name in ("open", "mine", "late", "due_soon", "awaiting")],
        "towns": Territory.objects.filter(pk__in=queries.delegations_of(request.actor, now)),
        "town": town,
    }
    return render(request, "cases/bureau/members.html", context)


@require_safe
def received(request: HttpRequest) -> HttpResponse:
    """Show what other bodies handed over to us and waits for an answer, and the organisations that wrote to us."""
    require(rules.can_see_work_list(request.actor))
    waiting = [row for row in queries.received_waiting() if rules.can_view(request.actor, row.case)]
    partners = [row for row in queries.partners_waiting() if rules.can_view(request.actor, row.case)]
    return render(request, "cases/bureau/received.html", {"waiting": waiting, "partners": partners})
