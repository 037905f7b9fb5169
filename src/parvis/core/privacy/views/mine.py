"""Pages about one's own data."""

from uuid import UUID

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from parvis.core.identity.queries import has_entered
from parvis.core.tenancy.context import use
from parvis.core.tenancy.guard import Scope
from parvis.core.ui.shell import prefix_of
from parvis.lib.errors import ParvisError

from .. import operations, queries
from ..forms import AskForm
from ..models import DataRequest, Decision, ErasureRequest, PersonExport, RequestKind

A_PAGE = 50


@login_required
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """Show what is held about me, who looked, what I asked."""
    person_id, town = request.actor.person_id, request.territory
    context = {
        "declarations": list(queries.declarations()),
        "territories": queries.territories_of(person_id),
        "looks": queries.looks_at(person_id, limit=5),
        "exports": queries.exports_of(person_id),
        "erasures": queries.erasures_of(person_id),
        "requests": queries.requests_of(person_id),
        "decisions": queries.decisions_of(person_id),
        "programs": {entry.name: entry for entry in queries.automated()},
        "may_ask": town is not None and has_entered(person_id, town.pk) and not request.actor.is_staff(),
    }
    return render(request, "privacy/mine.html", context)


@login_required
@require_safe
def looks(request: HttpRequest) -> HttpResponse:
    """Show everybody who saw my data."""
    start = max(0, int(request.GET.get("a", "0"))) if request.GET.get("a", "0").isdecimal() else 0
    rows = list(queries.looks_at(request.actor.person_id, limit=A_PAGE + 1, offset=start))
    older = start + A_PAGE if len(rows) > A_PAGE else None
    return render(request, "privacy/looks.html", {"looks": rows[:A_PAGE], "older": older})


@login_required
@require_POST
def ask_export(request: HttpRequest) -> HttpResponse:
    """Start my export."""
    operations.ask_export(actor=request.actor, now=timezone.now())
    messages.success(request, _("Your copy is being made. It is ready here in a moment, and kept for a week."))
    return redirect("privacy:mine")


@login_required
@require_safe
def fetch_export(request: HttpRequest, export_id: UUID) -> HttpResponseBase:
    """Hand my export over."""
    with use(scope=Scope.MINE):
        export = get_object_or_404(PersonExport, pk=export_id, person_id=request.actor.person_id)
    if export.ready_at is None or not default_storage.exists(export.path):
        raise Http404
    name = f"parvis-{export.ready_at:%Y-%m-%d}.zip"
    return FileResponse(default_storage.open(export.path), as_attachment=True, filename=name)


@login_required
def ask_erasure(request: HttpRequest) -> HttpResponse:
    """Ask this town to erase what it holds about me."""
    if request.territory is None:
        return redirect("privacy:mine")
    if request.method == "POST":
        operations.ask_erasure(actor=request.actor, now=timezone.now())
        messages.success(request, _("Your request is with the town's privacy officer, who answers within thirty days."))
        return redirect("privacy:mine")
    return render(request, "privacy/ask_erasure.html", {"declarations": list(queries.declarations(everywhere=False))})


@login_required
@require_POST
def cancel_erasure(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Take my request back."""
    with use(scope=Scope.MINE):
        asked = get_object_or_404(ErasureRequest, pk=request_id, person_id=request.actor.person_id)
    operations.cancel_erasure(actor=request.actor, request=asked, now=timezone.now())
    messages.success(request, _("Your request is taken back."))
    return redirect("privacy:mine")


@login_required
def ask(request: HttpRequest) -> HttpResponse:
    """Ask this town to correct something, or complain."""
    if request.territory is None:
        return redirect("privacy:mine")
    form = AskForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = {"kind": RequestKind(form.cleaned_data["kind"]), "words": form.cleaned_data["words"]}
        try:
            asked = operations.ask_request(
                actor=request.actor, person_id=request.actor.person_id, now=timezone.now(), **given
            )
        except ParvisError as error:
            form.add_error(error.field if error.field in form.fields else None, error.text(_))
        else:
            messages.success(request, _("Your request is kept: it is answered at the latest on the day shown below."))
            return redirect(f"{reverse('privacy:mine')}#demande-{asked.pk}")
    return render(request, "privacy/ask.html", {"form": form})


@login_required
@require_POST
def cancel_request(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Take back what I asked."""
    with use(scope=Scope.MINE):
        asked = get_object_or_404(DataRequest, pk=request_id, person_id=request.actor.person_id)
    operations.cancel_request(actor=request.actor, request=asked, now=timezone.now())
    messages.success(request, _("Your request is taken back."))
    return redirect("privacy:mine")


@login_required
@require_POST
def review(request: HttpRequest, decision_id: UUID) -> HttpResponse:
    """Ask that a person look again at what a program decided about me."""
    me = request.actor.person_id
    with use(scope=Scope.MINE):
        made = get_object_or_404(Decision, pk=decision_id, person_id=me)
    with use(territory=made.territory_id):
        operations.ask_request(
            actor=request.actor, person_id=me, kind=RequestKind.REVIEW, about=made.pk, now=timezone.now()
        )
    messages.success(request, _("Somebody looks at it again and answers you."))
    return redirect("privacy:mine")


@login_required
def close_account(request: HttpRequest) -> HttpResponse:
    """Close my account for good."""
    refusal = ""
    if request.method == "POST":
        try:
            operations.close_account(actor=request.actor, now=timezone.now())
        except ParvisError as error:
            refusal = error.text(_)
        else:
            with use(scope=Scope.SIGN_IN):
                get_adapter().logout(request)
            return redirect(f"{prefix_of(request)}/")
    return render(request, "privacy/close_account.html", {"refusal": refusal})
