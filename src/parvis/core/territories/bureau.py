"""Staff screen: whom the territory belongs to, what it delegates, what it accepts; each can be ended."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from parvis.lib.errors import ParvisError, require

from . import operations, queries, rules
from .forms import AcceptForm, DelegateForm, JoinForm
from .models import Acceptance, Delegation, Membership


def _page(request: HttpRequest, **bound: Form) -> HttpResponse:
    town = request.territory
    forms: dict[str, Form] = {"join": JoinForm, "delegate": DelegateForm, "accept": AcceptForm}  # type: ignore[dict-item]
    context: dict[str, Any] = {
        "memberships": queries.memberships_of(town.pk),
        "members": queries.members_of(town.pk) if town.is_regional else (),
        "delegations": queries.delegations_by(town.pk).filter(ends_at=None),
        "received": queries.delegations_received(town.pk),
        "acceptances": queries.acceptances_by(town.pk),
        "services": queries.service_labels(),
        **{name: bound.get(name) or form(territory=town) for name, form in forms.items()},  # type: ignore[operator]
    }
    return render(request, "territories/bureau/ties.html", context, status=422 if bound else 200)


@require_safe
def ties(request: HttpRequest) -> HttpResponse:
    """Show every tie of the territory, and the forms for a new one."""
    require(rules.can_manage(request.actor))
    return _page(request)


@require_POST
def join(request: HttpRequest) -> HttpResponse:
    """Belong to a regional body or an alliance."""
    return _made(request, "join", JoinForm, operations.join)


@require_POST
def delegate(request: HttpRequest) -> HttpResponse:
    """Let somebody else's staff work over our files of a service."""
    return _made(request, "delegate", DelegateForm, operations.delegate)


@require_POST
def accept(request: HttpRequest) -> HttpResponse:
    """Show in our portal what another territory publishes."""
    return _made(request, "accept", AcceptForm, operations.accept)


def _made(request: HttpRequest, name: str, kind: Any, operation: Any) -> HttpResponse:
    require(rules.can_manage(request.actor))
    form = kind(request.POST, territory=request.territory)
    if form.is_valid():
        try:
            operation(actor=request.actor, territory=request.territory, now=timezone.now(), **form.cleaned_data)
        except ParvisError as error:
            form.add_error(error.field if error.field in form.fields else None, error.text(_))
        else:
            messages.success(request, _("This tie is in force now."))
            return redirect("territories_bureau:ties")
    return _page(request, **{name: form})


@require_POST
def end_membership(request: HttpRequest, tie: UUID) -> HttpResponse:
    """Belong to a body no more."""
    return _ended(request, operations.leave, membership=get_object_or_404(Membership.objects, pk=tie))


@require_POST
def end_delegation(request: HttpRequest, tie: UUID) -> HttpResponse:
    """Take a service back."""
    return _ended(request, operations.end_delegation, delegation=get_object_or_404(Delegation.objects, pk=tie))


@require_POST
def end_acceptance(request: HttpRequest, tie: UUID) -> HttpResponse:
    """Show no more what another territory publishes."""
    return _ended(request, operations.end_acceptance, acceptance=get_object_or_404(Acceptance.objects, pk=tie))


def _ended(request: HttpRequest, operation: Any, **tie: Any) -> HttpResponse:
    operation(actor=request.actor, now=timezone.now(), **tie)
    messages.success(request, _("This tie has ended."))
    return redirect("territories_bureau:ties")
