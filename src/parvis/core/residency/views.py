"""One's own residency: say it, prove it, renew it, move."""

from collections.abc import Mapping
from types import MappingProxyType

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from parvis.core.identity.entering import question
from parvis.core.tenancy.addresses import territory_path
from parvis.core.tenancy.models import Territory, TerritoryKind
from parvis.lib.errors import ParvisError

from . import operations, queries, rules, ways
from .forms import NOT_THE_BILL, NOT_THE_CODE, AddressForm, CodeForm, MoveForm, TaxForm
from .models import Ending, Proof, Residency
from .operations import Answer
from .settings import deeds_here

NONE: Mapping[str, Form] = MappingProxyType({})


@login_required
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """Show where I stand here, what comes next, and my residencies elsewhere."""
    if request.territory is None:
        raise Http404("There is no town here to live in.")
    if request.territory.is_regional:
        return _page(request, None, nowhere=True)
    if not rules.can_claim(request.actor, request.actor.person_id):
        return _page(request, None, ask=question(request.get_full_path()))
    return _page(request, queries.current(request.actor.person_id))


def _page(
    request: HttpRequest,
    residency: Residency | None,
    *,
    nowhere: bool = False,
    ask: str = "",
    bound: Mapping[str, Form] = NONE,
) -> HttpResponse:
    now, options = timezone.now(), queries.options()
    context = {
        "residency": residency,
        "nowhere": nowhere,
        "ask": ask,
        "level": request.actor.level,
        "kept": [label for code, label in deeds_here() if code in options.for_residents],
        "elsewhere": [
            row
            for row in queries.everywhere(request.actor.person_id)
            if row.territory_id != request.territory.pk or row.ended_at
        ],
        "address_form": bound.get("address") or AddressForm(initial={"address": request.person.address}),
    }
    if residency is not None:
        context |= queries.standing(residency, now) | {"ways": ways.open_ways(bound)}
    return render(request, "residency/mine.html", context, status=422 if bound else 200)


def _mine(request: HttpRequest) -> Residency:
    """Return my residency here. Raises Http404."""
    found = queries.current(request.actor.person_id) if request.territory else None
    if found is None:
        raise Http404
    return found


def _refused(form: Form, error: ParvisError) -> None:
    form.add_error(error.field if error.field in form.fields else None, error.text(_))


@login_required
@require_POST
def claim(request: HttpRequest) -> HttpResponse:
    """Say where I live."""
    form = AddressForm(request.POST)
    if form.is_valid():
        try:
            operations.claim_residency(actor=request.actor, now=timezone.now(), **form.cleaned_data)
        except ParvisError as error:
            _refused(form, error)
        else:
            return redirect("residency:mine")
    return _page(request, queries.current(request.actor.person_id), bound={"address": form})


@login_required
@require_POST
def letter(request: HttpRequest) -> HttpResponse:
    """Ask for a letter, or take the request back."""
    residency, now = _mine(request), timezone.now()
    on_its_way = queries.open_letter(residency, now)
    try:
        if not request.POST.get("back"):
            operations.ask_for_letter(actor=request.actor, residency=residency, now=now)
            messages.success(request, _("The town prints your letter in the next days."))
        elif on_its_way is not None:
            operations.take_letter_back(actor=request.actor, letter=on_its_way, now=now)
            messages.success(request, _("The letter is not sent."))
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
            return _welcome(request)
        form.add_error("code", NOT_THE_CODE[answer])
    return _page(request, residency, bound={Proof.LETTER: form})


@login_required
@require_POST
def tax(request: HttpRequest) -> HttpResponse:
    """Compare what stands on my tax bill with the roll."""
    residency, form = _mine(request), TaxForm(request.POST)
    if form.is_valid():
        account, cents, now = form.cleaned_data["account"], form.cleaned_data["amount"], timezone.now()
        try:
            answer = operations.try_tax_account(
                actor=request.actor, residency=residency, account=account, cents=cents, now=now
            )
        except ParvisError as error:
            _refused(form, error)
        else:
            if answer is Answer.RIGHT:
                return _welcome(request)
            form.add_error("account", NOT_THE_BILL[answer])
    return _page(request, residency, bound={Proof.TAX: form})


def _welcome(request: HttpRequest) -> HttpResponse:
    messages.success(request, _("Your address is proven. Welcome home."))
    return redirect("residency:mine")


@login_required
@require_POST
def renew(request: HttpRequest) -> HttpResponse:
    """Say that nothing has changed."""
    try:
        operations.renew_residency(actor=request.actor, residency=_mine(request), now=timezone.now())
    except ParvisError as error:
        messages.info(request, error.text(_))
    else:
        messages.success(request, _("Renewed: see you next year."))
    return redirect("residency:mine")


@login_required
def move(request: HttpRequest) -> HttpResponse:
    """Say where I move to: within the town, to another one here, or away."""
    residency = _mine(request)
    towns = Territory.objects.filter(is_listed=True).exclude(kind__in=[TerritoryKind.REGIONAL, TerritoryKind.ALLIANCE])
    form = MoveForm(request.POST or None, here=request.territory, towns=towns)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(_moved(request, residency, form))
        except ParvisError as error:
            _refused(form, error)
    status = 422 if form.errors else 200
    return render(request, "residency/move.html", {"form": form, "residency": residency}, status=status)


def _moved(request: HttpRequest, residency: Residency, form: MoveForm) -> str:
    """Move, and return where to go on: to the page of the new town, or of this one."""
    to, now = form.cleaned_data["town"], timezone.now()
    if to is None:
        operations.end_residency(actor=request.actor, residency=residency, because=Ending.MOVED, now=now)
        messages.success(request, _("Noted. Your history stays yours; you remain welcome as a guest."))
        return reverse("residency:mine")
    moved = operations.move_residency(
        actor=request.actor, residency=residency, to=to, address=form.cleaned_data["address"], now=now
    )
    return territory_path(moved.territory, request.LANGUAGE_CODE, "/mon-espace/residence/")
