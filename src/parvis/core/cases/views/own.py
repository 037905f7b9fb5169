"""A person's own requests: the list, and the page of one of them. Read in scope ``mine``, written in the town's own."""

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from parvis.core.cases import operations, queries, wording
from parvis.core.cases.forms import ReplyForm
from parvis.core.cases.kinds import kind_of
from parvis.core.cases.models import Case, Satisfaction
from parvis.core.cases.operations.progress import can_still_reopen
from parvis.core.tenancy.context import use
from parvis.core.tenancy.guard import Scope
from parvis.lib.errors import ParvisError

View = Callable[..., HttpResponse]


def signed_in(view: View) -> View:
    """Send visitors to sign in, and back here afterwards; the page is never kept by anybody else."""

    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.person is None:
            return redirect_to_login(request.get_full_path(), reverse("account_login"))
        return view(request, *args, **kwargs)

    return guarded


@require_safe
@signed_in
def mine(request: HttpRequest) -> HttpResponse:
    """List the person's own requests, in all towns."""
    with use(scope=Scope.MINE):
        page = Paginator(queries.mine(request.person.pk), 20).get_page(request.GET.get("page"))
        rows = [
            {
                "case": case,
                "kind": kind_of(case.kind),
                "standing": wording.standing_of(case, None, timezone.now()),
                "elsewhere": case.territory.name if case.territory_id != request.actor.territory_id else "",
            }
            for case in page
        ]
    with use(scope=Scope.PARTNER):
        partner = queries.handed_to_partners(organisation_id=request.actor.organisation_id)
        waiting = partner.filter(ended_at=None).count()
        has_partner = bool(waiting) or partner.exists()
    context = {"page": page, "rows": rows, "waiting": waiting, "has_partner": has_partner}
    return render(request, "cases/mine.html", context)


@require_safe
@signed_in
def detail(request: HttpRequest, code: str) -> HttpResponse:
    """Show one of the person's own requests."""
    return _page(request, _own(request, code), ReplyForm())


def _own(request: HttpRequest, code: str) -> Case:
    with use(scope=Scope.MINE):
        return queries.case_by_code(code)


def _page(request: HttpRequest, case: Case, form: ReplyForm, status: int = 200) -> HttpResponse:
    now = timezone.now()
    with use(territory=case.territory_id):
        reopens = can_still_reopen(case, now)
        kind = kind_of(case.kind)
        address = kind.page(case) if kind.page and case.territory_id == request.actor.territory_id else ""
        planned = kind.planned(case) if kind.planned else ""
        # The whole of it, also what happened before the town knew whose it was.
        history = wording.steps_of(queries.history(case))
    with use(scope=Scope.MINE):
        stop = queries.stops_of(case).filter(resumed_at=None).first()
        context = {
            "case": case,
            "kind": kind,
            "kind_page": address,
            "planned": planned,
            "standing": wording.standing_of(case, stop, now),
            "history": history,
            "talk": list(queries.conversation(case)),
            "form": form,
            "can_reopen": reopens,
            "answers": Satisfaction.choices,
        }
        return render(request, "cases/detail.html", context, status=status)


@require_POST
@signed_in
def reply(request: HttpRequest, code: str) -> HttpResponse:
    """Write to the municipality about one's own request."""
    case, form = _own(request, code), ReplyForm(request.POST, request.FILES)
    if form.is_valid():
        said = form.cleaned_data
        try:
            _in_town(request, case, operations.send_message, text=said["text"], uploads=said["files"])
        except ParvisError as error:
            form.add_error(error.field if error.field in form.fields else None, error.text(gettext))
        else:
            messages.success(request, gettext("Your message is sent."))
            return redirect("cases:detail", case.code)
    return _page(request, case, form, status=422)


@require_POST
@signed_in
def rate(request: HttpRequest, code: str) -> HttpResponse:
    """Answer whether it is settled."""
    case, typed = _own(request, code), request.POST.get("rating", "")
    rating = int(typed) if typed.isdecimal() else 0
    return _done(request, case, operations.rate_case, gettext("Thank you."), rating=rating)


@require_POST
@signed_in
def reopen(request: HttpRequest, code: str) -> HttpResponse:
    """Ask for a finished request to be taken up again."""
    case = _own(request, code)
    said = request.POST.get("text", "")
    return _done(request, case, operations.reopen_case, gettext("We take it up again."), text=said)


def _done(
    request: HttpRequest, case: Case, operation: Callable[..., object], thanks: str, **values: Any
) -> HttpResponse:
    try:
        _in_town(request, case, operation, **values)
    except ParvisError as error:
        messages.error(request, error.text(gettext))
    else:
        messages.success(request, thanks)
    return redirect("cases:detail", case.code)


def _in_town(request: HttpRequest, case: Case, operation: Callable[..., object], **values: Any) -> None:
    """Act in the town the request belongs to, which may be another than the one in the address."""
    actor = replace(request.actor, territory_id=case.territory_id)
    with use(territory=case.territory_id):
        operation(actor=actor, case=case, now=timezone.now(), **values)
