"""The preference centre: three sensible ways first, each topic by each channel on demand. Works without a script."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from parvis.core.identity.models import Person
from parvis.lib.actor import Actor
from parvis.lib.errors import ParvisError

from .. import desk
from ..forms import DetailForm, PlaceForm, PresetForm


@require_safe
@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """Show how I am told."""
    return page(request, request.person, "notifications/preferences.html")


@require_POST
@login_required
def act(request: HttpRequest) -> HttpResponse:
    """Keep what I chose."""
    return keep(request, request.actor, request.person, "notifications/preferences.html", "preferences:mine")


def page(request: HttpRequest, seen: Person, template: str, **bound: Any) -> HttpResponse:
    """Draw somebody's preferences, with what was refused in the forms given."""
    context = desk.context_of(seen.pk, is_staff=_is_staff(request, seen))
    standing = context["standing"]
    forms = {
        "preset_form": PresetForm(initial={"preset": standing.preset, "language": standing.person.language}),
        "detail_form": DetailForm(standing=standing),
        "place_form": PlaceForm(),
    }
    shown = {**context, **forms, "seen": seen, **bound}
    return render(request, template, shown, status=422 if bound else 200)


def keep(request: HttpRequest, actor: Actor, seen: Person, template: str, back: str, *args: object) -> HttpResponse:
    """Do what one of the page's forms asks, for oneself or for somebody at the counter."""
    step = request.POST.get("step", "")
    standing = desk.context_of(seen.pk, is_staff=_is_staff(request, seen))["standing"]
    form = desk.form_of(step, request.POST, standing)
    if form is not None and not form.is_valid():
        return page(request, seen, template, **{f"{step}_form": form})
    try:
        desk.do(step, actor=actor, person_id=seen.pk, form=form, data=request.POST, now=timezone.now())
    except ParvisError as error:
        if form is None:
            messages.error(request, error.text(_))
            return redirect(back, *args)
        form.add_error(error.field if error.field in form.fields else None, error.text(_))
        return page(request, seen, template, **{f"{step}_form": form})
    messages.success(request, _("It is kept."))
    return redirect(back, *args)


def _is_staff(request: HttpRequest, seen: Person) -> bool:
    """Tell whether topics of work are shown: to who works here, of themselves."""
    return request.actor.person_id == seen.pk and request.actor.is_staff()
