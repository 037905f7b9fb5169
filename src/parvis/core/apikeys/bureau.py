"""Staff screens: who asks for a key, the keys of the territory, a key made for an application."""

from datetime import datetime, time
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from parvis.core.audit.operations import log_view
from parvis.core.identity.models import Organisation
from parvis.core.tenancy.switches import settings_of
from parvis.lib.errors import ParvisError, require

from . import operations, queries, rules
from .forms import MakeForm
from .models import ApiKey

A_PAGE = 50


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """List who waits, then every key."""
    require(rules.can_manage_keys(request.actor))
    page = Paginator(queries.decided_keys(), A_PAGE).get_page(request.GET.get("page"))
    now = timezone.now()
    context = {"waiting": queries.waiting_keys(), "page": page, "keys": [(key, key.has_expired(now)) for key in page]}
    return render(request, "apikeys/bureau/list.html", context)


@never_cache
def new(request: HttpRequest) -> HttpResponse:
    """Make a key for an application; its secret is shown this once."""
    require(rules.can_manage_keys(request.actor))
    admitted = Organisation.objects.filter(status="admitted")
    initial = {"per_minute": settings_of("apikeys").per_minute}
    form = MakeForm(request.POST or None, organisations=admitted, initial=initial)
    if request.method == "POST" and form.is_valid():
        said = {**form.cleaned_data}
        until = said.pop("expires_on")
        ends = timezone.make_aware(datetime.combine(until, time(23, 59))) if until else None
        try:
            made, token = operations.make_key(actor=request.actor, now=timezone.now(), expires_at=ends, **said)
        except ParvisError as error:
            form.add_error(error.field if error.field in form.fields else None, error.text(_))
        else:
            return _page(request, made, token=token)
    return render(request, "apikeys/bureau/new.html", {"form": form})


def _page(request: HttpRequest, found: ApiKey, **more: object) -> HttpResponse:
    log_view(viewer=request.actor, person_id=found.person_id, reason="api key", subject_id=found.pk)
    context = {"key": found, "opens": queries.labels_of(found.scopes), "expired": found.has_expired(timezone.now())}
    return render(request, "apikeys/bureau/key.html", {**context, **more})


@require_safe
def key(request: HttpRequest, key_id: UUID) -> HttpResponse:
    """Show a key and who asked for it."""
    require(rules.can_manage_keys(request.actor))
    return _page(request, get_object_or_404(ApiKey.objects.select_related("organisation", "person"), pk=key_id))


@require_POST
def decide(request: HttpRequest, key_id: UUID) -> HttpResponse:
    """Approve a request, or refuse it with a reason."""
    asked, now = get_object_or_404(ApiKey, pk=key_id), timezone.now()
    try:
        if request.POST.get("approve"):
            rate = request.POST.get("per_minute", "")
            per_minute = int(rate) if rate.isdigit() else None
            operations.approve_key(actor=request.actor, key=asked, per_minute=per_minute, now=now)
            messages.success(request, _("Approved: its owner is told, and fetches the secret."))
        else:
            operations.refuse_key(actor=request.actor, key=asked, reason=request.POST.get("reason", ""), now=now)
            messages.success(request, _("Refused: who asked reads why."))
    except ParvisError as error:
        if error.field is None:
            raise
        messages.error(request, error.text(_))
    return redirect("apikeys_bureau:key", key_id)


@require_POST
def revoke(request: HttpRequest, key_id: UUID) -> HttpResponse:
    """Close a key for good."""
    operations.revoke_key(actor=request.actor, key=get_object_or_404(ApiKey, pk=key_id), now=timezone.now())
    messages.success(request, _("This key opens nothing any more."))
    return redirect("apikeys_bureau:key", key_id)
