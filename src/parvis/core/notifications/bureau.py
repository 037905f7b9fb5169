"""Staff screens: what left and what came back, and somebody's preferences at the counter."""

from datetime import timedelta
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from parvis.core.audit.operations import log_view
from parvis.core.identity.models import Person
from parvis.lib.actor import Channel
from parvis.lib.errors import require

from . import figures, rules
from .views.preferences import keep, page

A_WEEK = timedelta(days=7)
TEMPLATE = "notifications/bureau/person.html"


@require_safe
def reach(request: HttpRequest) -> HttpResponse:
    """Show what left in a week, which addresses do not work, and what text messages cost."""
    require(rules.can_see_reach(request.actor))
    now = timezone.now()
    dead = figures.dead_addresses_here(now=now)
    for line in dead:
        log_view(viewer=request.actor, person_id=line.person_id, reason="addresses")
    context = {
        "proofs": figures.proofs_here(since=now - A_WEEK),
        "dead": dead,
        "months": figures.months_here(),
        "has_price": figures.price_here() > 0,
        "proof_headers": [_("Channel"), _("Sent"), _("Arrival confirmed"), _("Waiting"), _("Refused")],
        "month_headers": [_("Month"), _("Messages"), _("Parts"), _("Cost")],
    }
    return render(request, "notifications/bureau/reach.html", context)


@require_safe
def person(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Show how somebody is told; the person can read that it was looked at."""
    require(rules.can_choose_for(request.actor, person_id))
    seen = get_object_or_404(Person, pk=person_id)
    log_view(viewer=request.actor, person_id=person_id, reason="preferences")
    return page(request, seen, TEMPLATE)


@require_POST
def act(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Keep what somebody chose at the counter or on the telephone."""
    require(rules.can_choose_for(request.actor, person_id))
    seen = get_object_or_404(Person, pk=person_id)
    actor = request.actor.on_behalf_of(person_id, Channel.COUNTER)
    return keep(request, actor, seen, TEMPLATE, "notifications_bureau:person", person_id)
