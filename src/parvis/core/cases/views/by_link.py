"""The page behind the link of a mail: the one question; without an account, the whole conversation too."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from parvis.core.cases import links, operations, queries, wording
from parvis.core.cases.forms import ReplyForm
from parvis.core.cases.kinds import files_of, kind_of
from parvis.core.cases.models import Case, MessageFile, Satisfaction
from parvis.core.cases.operations.progress import can_still_reopen
from parvis.core.files.models import FileState
from parvis.core.files.views import send
from parvis.lib.errors import NotFound, ParvisError


@require_safe
@never_cache
def page(request: HttpRequest, token: str) -> HttpResponse:
    """Show what the link opens."""
    return _page(request, links.case_of(token), token, ReplyForm())


def _page(request: HttpRequest, case: Case, token: str, form: ReplyForm, status: int = 200) -> HttpResponse:
    now, stop = timezone.now(), queries.stops_of(case).filter(resumed_at=None).first()
    kind, is_whole = kind_of(case.kind), case.person_id is None  # somebody with an account signs in to read and write
    context = {
        "case": case,
        "token": token,
        "kind": kind,
        "standing": wording.standing_of(case, stop, now),
        "is_whole": is_whole,
        "history": wording.steps_of(queries.history(case)) if is_whole else [],
        "photos": [entry for entry in files_of(case) if entry.is_image] if is_whole else [],
        "talk": list(queries.conversation(case)) if is_whole else [],
        "form": form,
        "can_reopen": can_still_reopen(case, now),
        "answers": Satisfaction.choices,
        "page": kind.page(case) if is_whole and kind.page else "",
        "planned": kind.planned(case) if is_whole and kind.planned else "",
        "channel": operations.told_by(case),
    }
    return render(request, "cases/by_link.html", context, status=status)


@require_safe
@never_cache
def file(request: HttpRequest, token: str, pk: UUID) -> HttpResponseBase:
    """Answer a file of the conversation, or one that was handed in with the request."""
    case = links.case_of(token)
    if case.person_id is not None:
        raise NotFound
    rows = MessageFile.objects.select_related("file")
    said = rows.filter(message__case=case, file_id=pk, file__state=FileState.READY).first()
    stored = said.file if said else get_object_or_404(files_of(case), pk=pk)
    return send(request, stored, request.GET.get("size", "full"))


@require_POST
def reply(request: HttpRequest, token: str) -> HttpResponse:
    """Write to the municipality."""
    case, form = links.case_of(token), ReplyForm(request.POST, request.FILES)
    if case.person_id is not None:
        raise NotFound
    if form.is_valid():
        said = form.cleaned_data
        try:
            _act(request, case, operations.send_message, text=said["text"], uploads=said["files"])
        except ParvisError as error:
            form.add_error(error.field if error.field in form.fields else None, error.text(gettext))
        else:
            messages.success(request, gettext("Your message is sent."))
            return redirect("cases:by_link", token)
    return _page(request, case, token, form, status=422)


@require_POST
def rate(request: HttpRequest, token: str) -> HttpResponse:
    """Answer whether it is settled."""
    typed = request.POST.get("rating", "")
    return _done(
        request, token, operations.rate_case, gettext("Thank you."), rating=int(typed) if typed.isdecimal() else 0
    )


@require_POST
def reopen(request: HttpRequest, token: str) -> HttpResponse:
    """Ask for a finished request to be taken up again."""
    said = request.POST.get("text", "")
    return _done(request, token, operations.reopen_case, gettext("We take it up again."), text=said)


@require_POST
def replace(request: HttpRequest, token: str) -> HttpResponse:
    """Take the link back and send another to the same address; without one, show it here."""
    case = links.case_of(token)
    _act(request, case, operations.replace_link)
    channel = "email" if case.person_id else operations.told_by(case)
    shown = "" if channel else request.build_absolute_uri(links.path_of(case))
    return render(request, "cases/by_link_replaced.html", {"case": case, "link": shown, "channel": channel})


def _done(
    request: HttpRequest, token: str, operation: Callable[..., object], thanks: str, **values: Any
) -> HttpResponse:
    try:
        _act(request, links.case_of(token), operation, **values)
    except NotFound:
        raise
    except ParvisError as error:
        messages.error(request, error.text(gettext))
    else:
        messages.success(request, thanks)
    return redirect("cases:by_link", token)


def _act(request: HttpRequest, case: Case, operation: Callable[..., object], **values: Any) -> None:
    operation(actor=request.actor, case=case, now=timezone.now(), holds_link=True, **values)


@never_cache
@require_http_methods(["GET", "POST"])
def follower(request: HttpRequest, token: str) -> HttpResponse:
    """Show somebody who follows by mail how it stands, and let them stop."""
    found = links.follower_of(token)
    case, now, is_over = found.case, timezone.now(), request.method == "POST"
    if is_over:
        operations.stop_following(follower=found, now=now)
    kind = kind_of(case.kind)
    context = {
        "case": case,
        "kind": kind,
        "page": kind.page(case) if kind.page else "",
        "is_over": is_over,
    }
    return render(request, "cases/by_link_follower.html", context)
