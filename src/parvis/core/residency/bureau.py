"""Staff screens: who waits for a proof, somebody at the counter, letters to print."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from parvis.core.audit.operations import log_view
from parvis.core.identity.models import Person
from parvis.core.identity.queries import search_people
from parvis.core.ui.sheets import attached
from parvis.lib.actor import Channel
from parvis.lib.errors import ParvisError, require

from . import operations, queries, rules
from .forms import NOT_THE_CODE, CodeForm, EndForm, SeenForm, TheirAddressForm
from .models import Residency, ResidencyState
from .operations import Answer
from .paper import letters_pdf

A_PAGE = 50
SHOWN_LETTERS = 20
FORMS: dict[str, type[Form]] = {"claim": TheirAddressForm, "prove": SeenForm, "code": CodeForm, "end": EndForm}
ACTS: dict[str, Callable[..., object]] = {
    "prove": operations.prove_at_counter,
    "end": operations.end_residency,
    "renew": operations.renew_residency,
    "letter": operations.ask_for_letter,
}


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """List who waits for a proof, whose proof ends, and the letters to print; find somebody at the counter."""
    require(rules.can_prove_any(request.actor))
    asked, now = request.GET.get("q", "").strip(), timezone.now()
    found = search_people(asked, most=20) if asked else []
    claims = Paginator(queries.waiting_claims(), A_PAGE).get_page(request.GET.get("page"))
    ending = list(queries.ending_soon(now)[:A_PAGE])
    letters = queries.letters_to_print(but_of=request.actor.person_id)
    shown = list(letters[:SHOWN_LETTERS])
    seen = {person.pk for person in found} | {row.person_id for row in (*claims, *ending, *shown)}
    for person_id in seen:
        log_view(viewer=request.actor, person_id=person_id, reason="residency")
    context = {"asked": asked, "found": found, "claims": claims, "ending": ending, "letters": shown}
    return render(request, "residency/bureau/list.html", {**context, "waiting": letters.count()})


@require_safe
def person(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Serve somebody at the counter: where they live, what they show, renew, end."""
    require(rules.can_prove_any(request.actor))
    seen = get_object_or_404(Person, pk=person_id)
    residency = queries.current(person_id)
    log_view(
        viewer=request.actor, person_id=person_id, reason="residency", subject_id=residency.pk if residency else None
    )
    return _person(request, seen, residency, {})


def _person(request: HttpRequest, seen: Person, residency: Residency | None, bound: dict[str, Form]) -> HttpResponse:
    address = {"address": "" if residency else seen.address}
    context: dict[str, Any] = {
        "seen": seen,
        "residency": residency,
        "past": Residency.objects.filter(person=seen, state=ResidencyState.ENDED),
        "options": queries.options(),
        "forms": {
            "claim": TheirAddressForm(initial=address),
            "prove": SeenForm(),
            "code": CodeForm(),
            "end": EndForm(),
            **bound,
        },
    }
    if residency is not None:
        context |= queries.standing(residency, timezone.now())
        context["may_prove"] = rules.can_prove(request.actor, residency)
    return render(request, "residency/bureau/person.html", context, status=422 if bound else 200)


@require_POST
def act(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Do what the clerk chose for somebody."""
    require(rules.can_prove_any(request.actor))
    seen, residency = get_object_or_404(Person, pk=person_id), queries.current(person_id)
    step = request.POST.get("step", "")
    form = FORMS.get(step, Form)(request.POST)
    if form.is_valid():
        try:
            _do(request, step, residency, person_id, form)
        except ParvisError as error:
            if error.field not in form.fields:
                messages.error(request, error.text(_))
                return redirect("residency_bureau:person", person_id)
            form.add_error(error.field, error.text(_))
    if form.errors:
        return _person(request, seen, residency, {step: form})
    return redirect("residency_bureau:person", person_id)


def _do(request: HttpRequest, step: str, residency: Residency | None, person_id: UUID, form: Form) -> None:
    """Do it, and note in the form what a code had against it."""
    given = {"actor": request.actor.on_behalf_of(person_id, Channel.COUNTER), "now": timezone.now()}
    if step == "claim":
        operations.claim_residency(person_id=person_id, **given, **form.cleaned_data)
    elif residency is None or step not in {*ACTS, "code"}:
        raise Http404
    elif step == "code":
        answer = operations.try_code(residency=residency, **given, **form.cleaned_data)
        if answer is not Answer.RIGHT:
            form.add_error("code", NOT_THE_CODE[answer])
    else:
        ACTS[step](residency=residency, **given, **form.cleaned_data)


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
