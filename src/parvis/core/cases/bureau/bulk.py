"""Many cases at once: choose the act, confirm with what it needs, read what was done and what was not."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from parvis.core.cases import queries, rules, tasks
from parvis.core.cases.bulk import act_named
from parvis.core.cases.models import BulkRun, CannedAnswer, Case
from parvis.core.cases.operations.bulk import AT_ONCE, MOST, do_next, start_run
from parvis.core.cases.queries.canned import blanks_of
from parvis.core.tasks.operations import defer
from parvis.lib.errors import Invalid, ParvisError, gettext_noop, require

from .forms import WorkFilterForm

SHOWN = 20


@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Ask what the act needs, once, for all the ticked cases; without any, say so on the list."""
    require(rules.can_see_work_list(request.actor))
    ids = _everything(request) if request.POST.get("all") else _read(",".join(request.POST.getlist("case")))
    return _ask(request, ids)


def _everything(request: HttpRequest) -> list[UUID]:
    form = WorkFilterForm(QueryDict(request.POST.get("query", "")))
    wanted = form.wanted(request.actor)
    return queries.work_ids(actor=request.actor, wanted=wanted, now=timezone.now(), most=MOST)


def _read(typed: str) -> list[UUID]:
    try:
        return list(dict.fromkeys(UUID(part) for part in typed.split(",") if part))
    except ValueError:
        raise Invalid(gettext_noop("Tick the requests first.")) from None


def _ask(request: HttpRequest, ids: list[UUID], refusal: str = "") -> HttpResponse:
    act = act_named(request.POST.get("act", ""))
    if not ids:
        raise Invalid(gettext_noop("Tick the requests first."))
    query = request.POST.get("query", "")
    context: dict[str, Any] = {
        "act": act,
        "ids": ",".join(map(str, ids)),
        "count": len(ids),
        "first": Case.objects.filter(pk__in=ids[:SHOWN]),
        "choices": list(act.choices()) if act.choices else None,
        "choice": request.POST.get("choice", ""),
        "text": request.POST.get("text", ""),
        "canned": CannedAnswer.objects.filter(is_active=True, kind__in=["", act.kind]) if act.asks_text else [],
        "blanks": blanks_of(act.kind).items(),
        "query": query,
        "back": f"{reverse('cases_bureau:list')}?{query}" if query else reverse("cases_bureau:list"),
        "refusal": refusal,
    }
    return render(request, "cases/bureau/bulk.html", context, status=422 if refusal else 200)


@require_POST
def do(request: HttpRequest) -> HttpResponse:
    """Do it: a few at once, many in the background; then the summary."""
    require(rules.can_see_work_list(request.actor))
    ids, now = _read(request.POST.get("cases", "")), timezone.now()
    try:
        run = start_run(
            actor=request.actor,
            act=request.POST.get("act", ""),
            case_ids=ids,
            choice=request.POST.get("choice", ""),
            text=request.POST.get("text", ""),
            now=now,
        )
    except ParvisError as error:
        return _ask(request, ids, error.text(gettext))
    if run.total > AT_ONCE:
        defer(tasks.carry_on, run=str(run.pk))
    else:
        while do_next(run_id=run.pk, actor=request.actor, now=now):
            pass
    return redirect("cases_bureau:bulk_run", run.pk)


@require_safe
def summary(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show how far a run is, what was done and what was left, to whoever started it."""
    run = get_object_or_404(BulkRun, pk=pk, actor_id=request.actor.person_id)
    context = {"run": run, "act": act_named(run.act)}
    return render(request, "cases/bureau/bulk_run.html", context)
