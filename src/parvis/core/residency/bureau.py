"""Staff screens: who waits for a proof, somebody at the counter, letters to print."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from parvis.core.audit.operations import log_view
from parvis.core.identity.models import Person
from parvis.core.ui.sheets import attached
from parvis.lib.actor import Channel
from parvis.lib.errors import ParvisError, require

from . import operations, queries, rules
from .forms import AddressForm, EndForm, SeenForm
from .models import Residency
from .operations.proving import may_renew
from .paper import letters_pdf

A_PAGE = 50
SHOWN_LETTERS = 20


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """List who waits for a proof, whose proof ends, and the letters to print."""
    require(rules.can_prove_any(request.actor))
    now = timezone.now()
    claims = Paginator(queries.waiting_claims(), A_PAGE).get_page(request.GET.get("page"))
    ending = list(queries.ending_soon(now)[:A_PAGE])
    for row in (*claims, *ending):
        log_view(viewer=request.actor, person_id=row.person_id, reason="residency", subject_id=row.pk)
    waiting = queries.letters_to_print()
    context = {"claims": claims, "ending": ending, "letters": waiting[:SHOWN_LETTERS], "waiting": waiting.count()}
    return render(request, "residency/bureau/list.html", context)


def person(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Serve somebody at the counter: where they live, what they show, renew, end."""
    require(rules.can_prove_any(request.actor))
    seen = get_object_or_404(Person, pk=person_id)
    residency = queries.current(person_id)
    log_view(viewer=request.actor, person_id=person_id, reason="residency", subject_id=residency and residency.pk)
    return _person(request, seen, residency)


def _person(request: HttpRequest, seen: Person, residency: Residency | None, **bound: Form) -> HttpResponse:
    now = timezone.now()
    past = Residency.objects.filter(person=seen, ended_at__isnull=False)
    forms = {
        "address_form": AddressForm(initial={"address": seen.address}),
        "seen_form": SeenForm(),
        "end_form": EndForm(),
    }
    context = {
        "seen": seen,
        "residency": residency,
        "past": past,
        "letter": queries.open_letter(residency, now) if residency else None,
        "may_prove": bool(residency and rules.can_prove(request.actor, residency)),
        "may_renew": bool(residency and may_renew(residency, queries.today_here(now))),
        "options": queries.options(),
        **forms,
        **bound,
    }
    return render(request, "residency/bureau/person.html", context, status=422 if bound else 200)


@require_POST
def act(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Do what the clerk chose for somebody."""
    require(rules.can_prove_any(request.actor))
    seen, residency = get_object_or_404(Person, pk=person_id), queries.current(person_id)
    actor = request.actor.on_behalf_of(person_id, Channel.COUNTER)
    step = request.POST.get("step", "")
    given = {"actor": actor, "now": timezone.now()}
    form: Form = {"claim": AddressForm, "prove": SeenForm, "end": EndForm}.get(step, Form)(request.POST)
    if not form.is_valid():
        return _person(request, seen, residency, **{_NAMES.get(step, "other"): form})
    try:
        if step == "claim":
            operations.claim_residency(person_id=person_id, **given, **form.cleaned_data)
        elif residency is not None and step in _STEPS:
            _STEPS[step](residency=residency, **given, **form.cleaned_data)
    except ParvisError as error:
        if error.field in form.fields:
            form.add_error(error.field, error.text(_))
            return _person(request, seen, residency, **{_NAMES[step]: form})
        messages.error(request, error.text(_))
    return redirect("residency_bureau:person", person_id)


_NAMES = {"claim": "address_form", "prove": "seen_form", "end": "end_form"}
_STEPS = {
    "prove": operations.prove_at_counter,
    "end": operations.end_residency,
    "renew": operations.renew_residency,
    "letter": operations.ask_for_letter,
}


@never_cache
@require_POST
def letters(request: HttpRequest) -> HttpResponse:
    """Print the letters that wait; their codes are on paper alone."""
    now = timezone.now()
    try:
        printed = operations.print_letters(actor=request.actor, now=now)
    except ParvisError as error:
        messages.error(request, error.text(_))
        return redirect("residency_bureau:list")
    return attached(letters_pdf(request.territory, printed, now=now), f"lettres-{now:%Y-%m-%d}.pdf", "application/pdf")
