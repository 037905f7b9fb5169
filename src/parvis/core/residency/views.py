"""One's own residency: say it, prove it, renew it, move."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from parvis.core.tenancy.models import Territory, TerritoryKind
from parvis.lib.errors import ParvisError

from . import operations, queries, rules
from .forms import AddressForm, CodeForm, MoveForm
from .models import Ending, Residency
from .operations import Answer
from .operations.proving import may_renew

REFUSALS = {
    Answer.WRONG: _("This is not the code of your letter. Look at it once more."),
    Answer.NO_LETTER: _("No letter is on its way, or its code is too old. Ask for another one."),
    Answer.TOO_OFTEN: _("Five wrong codes: this letter is good for nothing any more. Ask for another one."),
}


@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """Show where I stand here, what comes next, and my residencies elsewhere."""
    if not rules.can_claim(request.actor, request.actor.person_id):
        return _enter_first(request)
    residency = queries.current(request.actor.person_id)
    return _page(request, residency)


def _enter_first(request: HttpRequest) -> HttpResponse:
    if request.territory is None or request.territory.is_regional:
        raise Http404("Nobody lives in a regional body.")
    return redirect(f"{reverse('identity:enter')}?{urlencode({'next': request.get_full_path()})}")


def _page(request: HttpRequest, residency: Residency | None, **forms: object) -> HttpResponse:
    now = timezone.now()
    today = queries.today_here(now)
    context = {
        "residency": residency,
        "options": queries.options(),
        "letter": queries.open_letter(residency, now) if residency else None,
        "may_renew": bool(residency and may_renew(residency, today)),
        "in_grace": bool(residency and residency.valid_until and residency.valid_until < today),
        "elsewhere": [
            row
            for row in queries.everywhere(request.actor.person_id)
            if row.territory_id != request.territory.pk or row.ended_at
        ],
        "address_form": AddressForm(initial={"address": request.person.address}),
        "code_form": CodeForm(),
        **forms,
    }
    invalid = any(getattr(form, "is_bound", False) for form in forms.values())
    return render(request, "residency/mine.html", context, status=422 if invalid else 200)


def _mine(request: HttpRequest) -> Residency:
    """Return my residency here. Raises Http404."""
    found = queries.current(request.actor.person_id)
    if found is None:
        raise Http404
    return found


@login_required
@require_POST
def claim(request: HttpRequest) -> HttpResponse:
    """Say where I live."""
    form = AddressForm(request.POST)
    if form.is_valid():
        try:
            operations.claim_residency(actor=request.actor, now=timezone.now(), **form.cleaned_data)
        except ParvisError as error:
            form.add_error(error.field if error.field in form.fields else None, error.text(_))
        else:
            return redirect("residency:mine")
    return _page(request, queries.current(request.actor.person_id), address_form=form)


@login_required
@require_POST
def letter(request: HttpRequest) -> HttpResponse:
    """Ask for a letter, or take the request back."""
    residency, now = _mine(request), timezone.now()
    on_its_way = queries.open_letter(residency, now)
    try:
        if request.POST.get("back") and on_its_way is not None:
            operations.take_letter_back(actor=request.actor, letter=on_its_way, now=now)
        else:
            operations.ask_for_letter(actor=request.actor, residency=residency, now=now)
            messages.success(request, _("The town prints your letter in the next days."))
    except ParvisError as error:
        messages.error(request, error.text(_))
    return redirect("residency:mine")


@login_required
@require_POST
def code(request: HttpRequest) -> HttpResponse:
    """Take the code of a letter."""
    residency, form = _mine(request), CodeForm(request.POST)
    if form.is_valid():
        answer = operations.try_code(actor=request.actor, residency=residency, now=timezone.now(), **form.cleaned_data)
        if answer is Answer.RIGHT:
            messages.success(request, _("Your address is proven. Welcome home."))
            return redirect("residency:mine")
        form.add_error("code", REFUSALS[answer])
    return _page(request, residency, code_form=form)


@login_required
@require_POST
def renew(request: HttpRequest) -> HttpResponse:
    """Say that nothing has changed."""
    operations.renew_residency(actor=request.actor, residency=_mine(request), now=timezone.now())
    messages.success(request, _("Renewed: see you next year."))
    return redirect("residency:mine")


@login_required
def move(request: HttpRequest) -> HttpResponse:
    """Say where I move to: within the town, to another one here, or away."""
    residency = _mine(request)
    towns = Territory.objects.filter(is_listed=True).exclude(kind__in=[TerritoryKind.REGIONAL, TerritoryKind.ALLIANCE])
    form = MoveForm(request.POST or None, here=request.territory, towns=towns)
    if request.method == "POST" and form.is_valid():
        to, address = form.cleaned_data["town"], form.cleaned_data["address"]
        given = {"actor": request.actor, "residency": residency, "now": timezone.now()}
        try:
            if to is None:
                operations.end_residency(because=Ending.MOVED, **given)
                messages.success(request, _("Noted. Your history stays yours; you remain welcome as a guest."))
                return redirect("residency:mine")
            moved = operations.move_residency(to=to, address=address, **given)
        except ParvisError as error:
            form.add_error(error.field if error.field in form.fields else None, error.text(_))
        else:
            return redirect(f"{request.language_prefix}/{moved.territory.slug}/mon-espace/residence/")
    return render(request, "residency/move.html", {"form": form, "residency": residency})
