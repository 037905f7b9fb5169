"""What I agree to: each purpose with its own switch."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from parvis.core.identity.queries import has_entered
from parvis.core.registry.personal import PurposeKind

from .. import operations, queries
from ..saying import grouped


@login_required
@require_safe
def consents(request: HttpRequest) -> HttpResponse:
    """Show every purpose of this town with what I said of it, and when."""
    me, town = request.actor.person_id, request.territory
    entered = town is not None and has_entered(me, town.pk)
    context = {
        "groups": grouped(queries.standing(me)) if entered else [],
        "history": queries.history_of(me) if entered else [],
        "labels": {purpose.name: purpose.label for purpose in queries.declared_purposes()} if town else {},
        "territories": queries.territories_of(me),
        "kinds": PurposeKind,
    }
    return render(request, "privacy/consents.html", context)


@login_required
@require_POST
def say(request: HttpRequest) -> HttpResponse:
    """Say yes or no to one purpose."""
    given = request.POST.get("say") == "yes"
    line = operations.set_consent(
        actor=request.actor,
        person_id=request.actor.person_id,
        purpose=request.POST.get("purpose", ""),
        is_given=given,
        now=timezone.now(),
    )
    if line is not None:
        messages.success(request, _("You agree: it is kept, with the date.") if given else _("It is off from now on."))
    return redirect("privacy:consents")
