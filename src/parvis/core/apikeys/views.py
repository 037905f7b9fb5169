"""One's own keys: ask, fetch the secret once, revoke."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from parvis.core.residency.leading import lead_on
from parvis.lib.errors import ParvisError

from . import operations, queries, rules
from .forms import AskForm
from .models import ApiKey


@login_required
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """List my keys, and those of the organisations I manage."""
    now = timezone.now()
    keys = [(key, key.opens(now)) for key in queries.keys_for(request.actor.person_id, now)]
    return render(request, "apikeys/mine.html", {"keys": keys})


@login_required
def ask(request: HttpRequest) -> HttpResponse:
    """Ask the town for a key."""
    if request.method == "GET" and (lacking := lead_on(request, "apikeys.ask")):
        return lacking
    if not rules.can_ask_for_key(request.actor):
        return redirect(f"{reverse('identity:enter')}?{urlencode({'next': request.get_full_path()})}")
    managed = queries.managed_organisations(request.actor.person_id, timezone.now())
    form = AskForm(request.POST or None, organisations=managed)
    if request.method == "POST" and form.is_valid():
        try:
            key = operations.ask_for_key(actor=request.actor, now=timezone.now(), **form.cleaned_data)
        except ParvisError as error:
            form.add_error(error.field, error.text(_))
        else:
            messages.success(request, _("Your request is with the town."))
            return redirect("apikeys:key", key.pk)
    return render(request, "apikeys/ask.html", {"form": form})


def _own(request: HttpRequest, key_id: UUID) -> ApiKey:
    """Return a key that the person looks after. Raises Http404."""
    found = queries.keys_for(request.actor.person_id, timezone.now()).filter(pk=key_id).first()
    if found is None:
        raise Http404
    return found


def _page(request: HttpRequest, found: ApiKey, **more: object) -> HttpResponse:
    context = {"key": found, "opens": queries.labels_of(found.scopes), "expired": found.has_expired(timezone.now())}
    return render(request, "apikeys/key.html", {**context, **more})


@login_required
@require_safe
def key(request: HttpRequest, key_id: UUID) -> HttpResponse:
    """Show a key: never its secret."""
    return _page(request, _own(request, key_id))


@never_cache
@login_required
@require_POST
def secret(request: HttpRequest, key_id: UUID) -> HttpResponse:
    """Show the secret of an approved key, this once."""
    found, token = operations.issue_secret(actor=request.actor, key=_own(request, key_id), now=timezone.now())
    return _page(request, found, token=token)


@login_required
@require_POST
def revoke(request: HttpRequest, key_id: UUID) -> HttpResponse:
    """Close a key for good."""
    operations.revoke_key(actor=request.actor, key=_own(request, key_id), now=timezone.now())
    messages.success(request, _("This key opens nothing any more."))
    return redirect("apikeys:mine")
