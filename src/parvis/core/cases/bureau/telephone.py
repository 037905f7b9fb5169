"""While somebody is on the telephone: find them, see everything in one glance, act on their behalf."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from parvis.core.audit.operations import log_view
from parvis.core.cases import queries, rules
from parvis.core.cases.kinds import kind_of, kinds_in_use
from parvis.core.identity.models import Person
from parvis.core.identity.operations import make_person
from parvis.lib import phone as telephone
from parvis.lib.errors import Invalid, ParvisError, gettext_noop, require

from .forms import CallerForm


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Find somebody by name, number, e-mail, address, or the code of a case."""
    require(rules.can_serve(request.actor))
    asked = request.GET.get("q", "")[:100]
    found = queries.search_people(asked)
    for person in found.people:
        log_view(viewer=request.actor, person_id=person.pk, reason="search")
    context = {"asked": asked, "found": found, "quick": _quick(None), "form": CallerForm(initial=_guess(asked))}
    return render(request, "cases/bureau/telephone.html", context)


@require_safe
def person(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show one person in one glance; the look is noted in the log that they can read."""
    require(rules.can_serve(request.actor))
    found = get_object_or_404(Person, pk=pk)
    log_view(viewer=request.actor, person_id=found.pk, reason="person")
    glance = queries.glance_of(found, now=timezone.now())
    for other in glance.household:
        log_view(viewer=request.actor, person_id=other.person.pk, reason="household")
    kinds = {line.case.kind: kind_of(line.case.kind) for line in (*glance.open, *glance.past)}
    context = {"glance": glance, "person": found, "kinds": kinds, "quick": _quick(found)}
    return render(request, "cases/bureau/person.html", context)


@require_http_methods(["POST"])
def caller(request: HttpRequest) -> HttpResponse:
    """Note somebody new, then show their page."""
    require(rules.can_serve(request.actor))
    form = CallerForm(request.POST)
    if form.is_valid():
        try:
            made = make_person(actor=request.actor, now=timezone.now(), **_details(form.cleaned_data))
        except ParvisError as error:
            form.add_error(error.field if error.field in form.fields else None, error.text(gettext))
        else:
            messages.success(request, gettext("%(name)s is noted.") % {"name": made.name})
            return redirect("cases_bureau:person", made.pk)
    context = {"asked": "", "found": queries.Found(), "quick": _quick(None), "form": form}
    return render(request, "cases/bureau/telephone.html", context)


def _details(said: dict[str, Any]) -> dict[str, str]:
    number = said.get("phone") or ""
    try:
        number = telephone.parse(number) if number else ""
    except telephone.InvalidPhone:
        raise Invalid(gettext_noop("This telephone number is not complete."), field="phone")
    return {**said, "phone": number, "language": said.get("language") or "fr"}


def _guess(asked: str) -> dict[str, str]:
    """Put what was searched where it belongs in the form for somebody new."""
    if "@" in asked:
        return {"email": asked}
    if sum(letter.isdigit() for letter in asked) >= 7:
        return {"phone": asked}
    return {"name": asked}


def _quick(person: Person | None) -> list[dict[str, Any]]:
    """Return what can be opened for somebody: one button a kind."""
    query = f"?channel=phone{f'&person={person.pk}' if person else ''}"
    return [
        {"label": kind.label, "icon": kind.icon, "url": reverse(kind.new) + query}
        for kind in kinds_in_use()
        if kind.new
    ]
