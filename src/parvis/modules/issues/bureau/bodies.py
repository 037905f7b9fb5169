"""The bodies whose Open311 endpoints take reports from us: their address, their services, which kinds go there."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from parvis.lib.errors import ParvisError, require
from parvis.modules.issues import operations, queries, rules
from parvis.modules.issues.body_forms import DestinationForm, EndpointForm
from parvis.modules.issues.models import Destination, Endpoint


@require_GET
def bodies(request: HttpRequest) -> HttpResponse:
    """List the bodies, with what is on its way to each."""
    require(rules.can_choose_bodies(request.actor))
    return render(request, "issues/bureau/bodies.html", {"bodies": queries.endpoints()})


@require_http_methods(["GET", "POST"])
def body(request: HttpRequest, body_id: UUID | None = None) -> HttpResponse:
    """Add or change a body; under it, what goes there."""
    require(rules.can_choose_bodies(request.actor))
    found = get_object_or_404(Endpoint, pk=body_id) if body_id else Endpoint(territory=request.territory)
    form = EndpointForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        try:
            saved = operations.save_endpoint(
                actor=request.actor,
                endpoint=form.save(commit=False),
                api_key=form.cleaned_data["api_key"],
                networks=settings.OUTBOUND_NETWORKS,
                now=timezone.now(),
            )
        except ParvisError as error:
            form.add_error(error.field if error.field in form.fields else None, error.text(gettext))
        else:
            messages.success(request, gettext("Saved. We ask the body which services it offers."))
            return redirect("issues_bureau:body", saved.pk)
    return _page(request, found, form)


def _page(request: HttpRequest, found: Endpoint, form: EndpointForm) -> HttpResponse:
    is_known = Endpoint.objects.filter(pk=found.pk).exists()
    context: dict[str, Any] = {"form": form, "body": found if is_known else None}
    if is_known:
        context["destinations"] = found.destinations.select_related("category")
        context["destination_form"] = DestinationForm(endpoint=found)
        context["has_key"] = hasattr(found, "key")
    return render(request, "issues/bureau/body.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def destination(request: HttpRequest, body_id: UUID) -> HttpResponse:
    """Let a kind of report go to a service: the choice first, then what the service asks about each."""
    require(rules.can_choose_bodies(request.actor))
    found = get_object_or_404(Endpoint, pk=body_id)
    form = DestinationForm(request.POST or None, initial=request.GET.dict(), endpoint=found)
    if request.method == "POST" and form.is_valid():
        try:
            operations.save_destination(actor=request.actor, endpoint=found, now=timezone.now(), **form.chosen())
        except ParvisError as error:
            form.add_error(error.field if error.field in form.fields else None, error.text(gettext))
        else:
            messages.success(request, gettext("Saved."))
            return redirect("issues_bureau:body", found.pk)
    status = 422 if request.method == "POST" and form.errors else 200
    return render(request, "issues/bureau/destination.html", {"form": form, "body": found}, status=status)


@require_POST
def ask_services(request: HttpRequest, body_id: UUID) -> HttpResponse:
    """Ask a body anew which services it offers."""
    found = get_object_or_404(Endpoint, pk=body_id)
    operations.ask_services(actor=request.actor, endpoint=found)
    messages.success(request, gettext("We are asking. Load this page again in a moment."))
    return redirect("issues_bureau:body", found.pk)


@require_POST
def remove_destination(request: HttpRequest, body_id: UUID, destination_id: UUID) -> HttpResponse:
    """Pass on no more reports of a kind."""
    found = get_object_or_404(Destination, pk=destination_id, endpoint_id=body_id)
    operations.remove_destination(actor=request.actor, destination=found, now=timezone.now())
    messages.success(request, gettext("Reports of this kind stay here from now on."))
    return redirect("issues_bureau:body", body_id)
