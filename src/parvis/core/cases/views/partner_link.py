"""What was handed to an organisation that has no member here: seen, answered and given back by the link of its mail.

The link is secret and signed, opens one hand-over only, and nothing any more once staff replace it, the organisation's
address changes, or the organisation is no longer admitted. Once it is over, it says so and shows nothing else.
"""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from parvis.core.cases import links, operations, queries, wording
from parvis.core.cases.forms import ReplyForm
from parvis.core.cases.models import HandOver
from parvis.core.cases.operations.copies import PARTNER_PURPOSE
from parvis.core.files.models import FileState, StoredFile
from parvis.core.files.views import send
from parvis.lib.actor import Actor, Channel
from parvis.lib.errors import ParvisError

from .partners import STEPS, shown


@require_safe
@never_cache
def page(request: HttpRequest, token: str) -> HttpResponse:
    """Show what the link opens."""
    return _page(request, links.partner_of(token), token, ReplyForm())


def _page(request: HttpRequest, found: HandOver, token: str, form: ReplyForm, status: int = 200) -> HttpResponse:
    if found.ended_at is not None:
        context = {"row": found, "state": wording.PARTNER_STATES[found.state], "code": found.frozen.get("code", "")}
        return render(request, "cases/partners/over.html", context)

    def address(stored: StoredFile, variant: str) -> str:
        return reverse("cases:partner_link_file", args=[token, stored.pk, variant])

    context = shown(found, list(queries.partner_talk(found)), address) | {
        "by_link": True,
        "decides": True,
        "form": form,
        "reply_url": reverse("cases:partner_link_reply", args=[token]),
        "steps": {name: reverse("cases:partner_link_step", args=[token, name]) for name in STEPS},
    }
    return render(request, "cases/partners/detail.html", context, status=status)


@require_safe
@never_cache
def file(request: HttpRequest, token: str, pk: UUID, variant: str) -> HttpResponseBase:
    """Answer a file that went with the hand-over, or was said about it, while it is under way."""
    found = links.partner_of(token)
    if found.ended_at is not None:
        raise Http404
    rows = StoredFile.objects.filter(subject_id=found.pk, purpose=PARTNER_PURPOSE, state=FileState.READY)
    return send(request, get_object_or_404(rows, pk=pk), variant)


@require_POST
def reply(request: HttpRequest, token: str) -> HttpResponse:
    """Write to the staff of the town."""
    found, form = links.partner_of(token), ReplyForm(request.POST, request.FILES)
    if form.is_valid():
        said = form.cleaned_data
        try:
            operations.answer_as_partner(text=said["text"], uploads=said["files"], **_given(request, found))
        except ParvisError as error:
            form.add_error(error.field if error.field in form.fields else None, error.text(gettext))
        else:
            messages.success(request, gettext("Your message is sent."))
            return redirect("cases:partner_link", token)
    return _page(request, found, token, form, status=422)


@require_POST
def step(request: HttpRequest, token: str, name: str) -> HttpResponse:
    """Take it on, refuse it, give it back or say that it is done."""
    found = links.partner_of(token)
    if name not in STEPS:
        raise Http404
    extra = {} if name == "accepter" else {"text": request.POST.get("text", "")}
    try:
        STEPS[name](**extra, **_given(request, found))
    except ParvisError as error:
        messages.error(request, error.text(gettext))
    else:
        messages.success(request, gettext("The town is told."))
    return redirect("cases:partner_link", token)


def _given(request: HttpRequest, found: HandOver) -> dict[str, Any]:
    """Return who acts: nobody of the house, for that organisation."""
    actor = replace(Actor.visitor(found.territory_id), channel=Channel.PARTNER, organisation_id=found.organisation_id)
    return {"actor": actor, "hand_over": found, "now": timezone.now(), "holds_link": True}
