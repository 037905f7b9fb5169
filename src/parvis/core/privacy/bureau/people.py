"""Somebody at the counter or on the telephone: what they agree to, and what they ask about their data."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from parvis.core.audit.operations import log_view
from parvis.core.identity.models import Person
from parvis.lib.actor import Channel
from parvis.lib.errors import ParvisError, require

from .. import operations, queries, rules
from ..forms import ERASURE, NoteForm
from ..models import DataRequest, ErasureRequest, RequestKind
from ..saying import grouped


def person(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Show what somebody agreed to, and write down what they ask."""
    require(rules.can_note(request.actor))
    seen = get_object_or_404(Person, pk=person_id)
    log_view(viewer=request.actor, person_id=seen.pk, reason="consents")
    form = NoteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            asked = _asked(request, person_id, **form.cleaned_data)
        except ParvisError as error:
            form.add_error(error.field if error.field in form.fields else None, error.text(_))
        else:
            due = date_format(timezone.localtime(asked.due_at).date())
            messages.success(request, _("It is written down; it must be answered by %(date)s.") % {"date": due})
            return redirect("privacy_bureau:person", person_id)
    context = {
        "seen": seen,
        "groups": grouped(queries.standing(person_id)),
        "history": queries.history_of(person_id),
        "labels": {purpose.name: purpose.label for purpose in queries.declared_purposes()},
        "form": form,
        "may_handle": rules.can_handle(request.actor),
    }
    return render(request, "privacy/bureau/person.html", context)


def _asked(request: HttpRequest, person_id: UUID, kind: str, words: str, channel: str) -> DataRequest | ErasureRequest:
    given = {"actor": request.actor.on_behalf_of(person_id, Channel(channel)), "now": timezone.now()}
    if kind == ERASURE:
        return operations.ask_erasure(person_id=person_id, **given)
    return operations.ask_request(person_id=person_id, kind=RequestKind(kind), words=words, **given)


@require_POST
def say(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Write down a yes or a no that somebody says."""
    get_object_or_404(Person, pk=person_id)
    channel = Channel.PHONE if request.POST.get("channel") == "phone" else Channel.COUNTER
    operations.set_consent(
        actor=request.actor.on_behalf_of(person_id, channel),
        person_id=person_id,
        purpose=request.POST.get("purpose", ""),
        is_given=request.POST.get("say") == "yes",
        now=timezone.now(),
    )
    messages.success(request, _("It is written down, with who said it and how."))
    return redirect("privacy_bureau:person", person_id)
