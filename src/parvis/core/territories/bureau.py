"""Staff screen: whom the territory belongs to, what it publishes, shows of others and delegates; each can be ended."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from parvis.core.tenancy.models import Territory
from parvis.lib.errors import ParvisError, require

from . import operations, queries, rules
from .forms import AcceptForm, DelegateForm, JoinForm, PublishForm
from .models import Acceptance, Delegation, Kind, Membership, Publication

# Where things of a kind are seen, whoever's portal it is.
PLACES = {
    Kind.NEWS: ("speech", gettext_lazy("On the home page, among the news.")),
    Kind.AGENDA: ("calendar", gettext_lazy("In the calendar, and in its feed for telephones.")),
    Kind.MAP: ("map", gettext_lazy("As layers of the public map.")),
    Kind.SERVICES: ("search", gettext_lazy("Services, pages, places and organisations, in the search field.")),
}


def _page(request: HttpRequest, **bound: Form) -> HttpResponse:
    town = request.territory
    forms: dict[str, Any] = {"join": JoinForm, "delegate": DelegateForm}
    context: dict[str, Any] = {
        "memberships": queries.memberships_of(town.pk),
        "members": queries.members_of(town.pk) if town.is_regional else (),
        "published": _published(town),
        "publishers": _publishers(town),
        "delegations": queries.delegations_by(town.pk).filter(ends_at=None),
        "received": queries.delegations_received(town.pk),
        "services": queries.service_labels(),
        **{name: bound.get(name) or form(territory=town) for name, form in forms.items()},
    }
    return render(request, "territories/bureau/ties.html", context, status=422 if bound else 200)


def _line(kind: Kind, **more: Any) -> dict[str, Any]:
    icon, where = PLACES[kind]
    return {"kind": kind, "icon": icon, "where": where, **more}


def _published(town: Territory) -> list[dict[str, Any]]:
    """Return a line for each kind: whether we publish it, and in how many portals it is shown."""
    ours = {row.kind: row for row in queries.publications_by(town.pk)}
    shown = queries.shown_by(town.pk)
    return [_line(kind, tie=ours.get(kind), shown=shown.get(kind, 0)) for kind in Kind]


def _publishers(town: Territory) -> list[dict[str, Any]]:
    """Return those who publish something for us, or did when we accepted it, with a line for each kind."""
    accepted = {(row.publisher_id, row.kind): row for row in queries.acceptances_by(town.pk)}
    offered = {(other.pk, kind): other for kind in Kind for other in queries.publishers(town.pk, kind)}
    others = {other.pk: other for other in offered.values()} | {
        row.publisher_id: row.publisher for row in accepted.values()
    }
    return [
        {
            "who": other,
            "lines": [
                _line(kind, tie=accepted.get((pk, kind)), is_offered=(pk, kind) in offered)
                for kind in Kind
                if (pk, kind) in offered or (pk, kind) in accepted
            ],
        }
        for pk, other in sorted(others.items(), key=lambda pair: (not pair[1].is_regional, pair[1].name))
    ]


@require_safe
def ties(request: HttpRequest) -> HttpResponse:
    """Show every tie of the territory, and what makes a new one."""
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
def publish(request: HttpRequest) -> HttpResponse:
    """Offer a kind of our things to those we belong together with."""
    done = _("Published. Those we belong together with may show it now.")
    return _pressed(request, PublishForm(request.POST), operations.publish, done)


@require_POST
def accept(request: HttpRequest) -> HttpResponse:
    """Show in our portal what another territory publishes."""
    form = AcceptForm(request.POST, territory=request.territory)
    return _pressed(request, form, operations.accept, _("Our portal shows it now."))


def _pressed(request: HttpRequest, form: Form, operation: Any, done: str) -> HttpResponse:
    """Do what a button of the page says; somebody else may have changed it since the page was drawn."""
    require(rules.can_manage(request.actor))
    if not form.is_valid():
        messages.error(request, _("This is not offered any more."))
        return redirect("territories_bureau:ties")
    try:
        operation(actor=request.actor, territory=request.territory, now=timezone.now(), **form.cleaned_data)
    except ParvisError as error:
        messages.error(request, error.text(_))
    else:
        messages.success(request, done)
    return redirect("territories_bureau:ties")


@require_POST
def end_membership(request: HttpRequest, tie: UUID) -> HttpResponse:
    """Belong to a body no more."""
    return _ended(request, operations.leave, membership=get_object_or_404(Membership.objects, pk=tie))


@require_POST
def end_delegation(request: HttpRequest, tie: UUID) -> HttpResponse:
    """Take a service back."""
    return _ended(request, operations.end_delegation, delegation=get_object_or_404(Delegation.objects, pk=tie))


@require_POST
def end_publication(request: HttpRequest, tie: UUID) -> HttpResponse:
    """Publish a kind of our things no more."""
    return _ended(request, operations.end_publication, publication=get_object_or_404(Publication.objects, pk=tie))


@require_POST
def end_acceptance(request: HttpRequest, tie: UUID) -> HttpResponse:
    """Show no more what another territory publishes."""
    return _ended(request, operations.end_acceptance, acceptance=get_object_or_404(Acceptance.objects, pk=tie))


def _ended(request: HttpRequest, operation: Any, **tie: Any) -> HttpResponse:
    operation(actor=request.actor, now=timezone.now(), **tie)
    messages.success(request, _("This tie has ended."))
    return redirect("territories_bureau:ties")
