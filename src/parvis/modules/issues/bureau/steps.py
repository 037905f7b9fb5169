"""The steps of a report, from the page of its case."""

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from parvis.core.assets.models import Asset
from parvis.core.cases.queries import case_by_code
from parvis.lib.errors import Invalid, ParvisError, WrongState, require
from parvis.lib.ids import read_id
from parvis.modules.issues import operations, queries, receiving, rules
from parvis.modules.issues.forms import AnswerForm, PlanForm
from parvis.modules.issues.models import Category, Issue

Step = Callable[[HttpRequest, Issue], object]


def _answered(operation: Callable[..., Issue]) -> Step:
    def run(request: HttpRequest, issue: Issue) -> object:
        form = AnswerForm(request.POST, request.FILES)
        if not form.is_valid():
            raise Invalid(str(next(iter(form.errors.values()))[0]), field="answer")
        extra = {"photos": form.cleaned_data["photos"]} if operation is operations.resolve_issue else {}
        return operation(
            actor=request.actor, issue=issue, answer=form.cleaned_data["answer"], now=timezone.now(), **extra
        )

    return run


def _plan(request: HttpRequest, issue: Issue) -> None:
    form = PlanForm(request.POST)
    if not form.is_valid():
        raise Invalid(str(next(iter(form.errors.values()))[0]), field="starts_at")
    dates = form.moments(ZoneInfo(request.territory.timezone))
    operations.plan_issue(actor=request.actor, issue=issue, now=timezone.now(), **dates)


def _plain(operation: Callable[..., Issue], **fixed: Any) -> Step:
    return lambda request, issue: operation(actor=request.actor, issue=issue, now=timezone.now(), **fixed)


def _photo(request: HttpRequest, issue: Issue) -> None:
    photo = get_object_or_404(queries.photos_of(issue, public_only=False), pk=read_id(request.POST.get("photo")))
    operations.release_photo(
        actor=request.actor, issue=issue, photo=photo, is_public=request.POST.get("public") == "1", now=timezone.now()
    )


def _category(request: HttpRequest, issue: Issue) -> None:
    chosen = get_object_or_404(Category, slug=request.POST.get("category", ""))
    operations.recategorise_issue(actor=request.actor, issue=issue, category=chosen, now=timezone.now())


def _join(request: HttpRequest, issue: Issue) -> None:
    """Join the reports whose codes are sent to this one, or this one to the one `into` names."""
    if request.POST.get("into"):
        into, others = queries.by_code(request.POST["into"]), [issue]
    else:
        into, others = issue, [queries.by_code(code) for code in request.POST.getlist("other")]
    operations.join_reports(actor=request.actor, into=into, others=others, now=timezone.now())


def _pass_on(request: HttpRequest, issue: Issue) -> None:
    operations.pass_on(actor=request.actor, issue=issue, now=timezone.now())


def _passed(operation: Callable[..., None]) -> Step:
    def run(request: HttpRequest, issue: Issue) -> None:
        passed = queries.passings_of(issue).filter(ended_at=None).first()
        if passed is None:
            raise WrongState
        operation(actor=request.actor, passed=passed, now=timezone.now())

    return run


def _asset(request: HttpRequest, issue: Issue) -> None:
    chosen = get_object_or_404(Asset, pk=read_id(request.POST["asset"])) if request.POST.get("asset") else None
    operations.choose_asset(actor=request.actor, issue=issue, asset=chosen, now=timezone.now())


STEPS: dict[str, Step] = {
    "accept": _plain(operations.accept_issue),
    "plan": _plan,
    "resolve": _answered(operations.resolve_issue),
    "decline": _answered(operations.decline_issue),
    "show-text": _plain(operations.release_text, is_public=True),
    "hide-text": _plain(operations.release_text, is_public=False),
    "hide": _plain(operations.hide_issue, is_hidden=True),
    "unhide": _plain(operations.hide_issue, is_hidden=False),
    "photo": _photo,
    "category": _category,
    "join": _join,
    "pass-on": _pass_on,
    "ask-there": _passed(operations.try_again),
    "stop-following": _passed(operations.stop_following),
    "asset": _asset,
}


@require_POST
def step(request: HttpRequest, code: str, name: str) -> HttpResponse:
    """Take one step with a report and come back to the page of its case."""
    issue = queries.by_code(code)
    try:
        STEPS[name](request, issue)
    except KeyError:
        messages.error(request, gettext("There is no such step."))
    except ParvisError as error:
        messages.error(request, error.text(gettext))
        request.session["issues_unsent"] = {"code": issue.code, "answer": request.POST.get("answer", "")[:4000]}
    else:
        messages.success(request, gettext("Done: the reporter is told if it concerns them."))
        request.session.pop("issues_unsent", None)
    return redirect(reverse("cases_bureau:case", args=[issue.code]))


@require_POST
def receive(request: HttpRequest, code: str) -> HttpResponse:
    """Make the report of a case that another body handed over, of the kind the clerk chose."""
    case = case_by_code(code)
    require(rules.can_receive(request.actor, case))
    chosen = get_object_or_404(queries.categories(), slug=request.POST.get("category", ""))
    receiving.open_received(actor=request.actor, case=case, category=chosen, now=timezone.now())
    messages.success(request, gettext("The report is open here."))
    return redirect(reverse("cases_bureau:case", args=[case.code]))
