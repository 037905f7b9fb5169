"""One's own card: ask for it, show it, print it, replace it."""

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from parvis.core.ui.sheets import attached
from parvis.lib.errors import ParvisError

from .. import codes, operations, qr, queries, rules
from ..forms import PrintForm, ReplaceForm
from ..models import Card
from ..paper import card_pdf
from ..standing import standing_of


@dataclass(frozen=True, slots=True)
class Side:
    """One code as the page shows it."""

    code: codes.Code
    picture: SafeString


@login_required
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Show my card, each of its codes fresh; or offer to make one."""
    if not rules.can_have(request.actor, request.actor.person_id):
        return _enter_first(request)
    card = queries.card_of(request.actor.person_id)
    if card is None:
        return render(request, "card/none.html")
    return _page(request, card)


def _enter_first(request: HttpRequest) -> HttpResponse:
    if request.territory is None or request.territory.is_regional:
        raise Http404("A regional body gives no cards.")
    return redirect(f"{reverse('identity:enter')}?{urlencode({'next': request.get_full_path()})}")


def _page(request: HttpRequest, card: Card, form: ReplaceForm | None = None) -> HttpResponse:
    now = timezone.now()
    standing = standing_of(card.person, now)
    made = codes.phone_codes(card, operations.ensure_key(now=now), standing, now)
    context = {
        "card": card,
        "standing": standing,
        "sides": [Side(code, mark_safe(qr.svg(code.text))) for code in made],  # noqa: S308  # drawn here, of our letters
        "expires_at": made[0].expires_at if made else now,
        "seconds": queries.options().phone_hours * 3600,
        "replace_form": form or ReplaceForm(),
        "print_form": PrintForm(),
    }
    return render(request, "card/mine.html", context, status=422 if form else 200)


def _mine(request: HttpRequest) -> Card:
    """Return my card in use here. Raises Http404."""
    found = queries.card_of(request.actor.person_id)
    if found is None:
        raise Http404
    return found


@login_required
@require_POST
def ask(request: HttpRequest) -> HttpResponse:
    """Make my card."""
    operations.issue_card(actor=request.actor, now=timezone.now())
    return redirect("card:mine")


@login_required
@require_POST
def replace(request: HttpRequest) -> HttpResponse:
    """Replace my card: lost, stolen, damaged."""
    card, form = _mine(request), ReplaceForm(request.POST)
    if not form.is_valid():
        return _page(request, card, form)
    operations.replace_card(actor=request.actor, card=card, now=timezone.now(), **form.cleaned_data)
    messages.success(request, _("Here is your new card. Codes of the one before are refused from now on."))
    return redirect("card:mine")


@never_cache
@login_required
@require_POST
def paper(request: HttpRequest) -> HttpResponse:
    """Print my card."""
    card, now = _mine(request), timezone.now()
    try:
        code = operations.print_card(actor=request.actor, card=card, purpose=request.POST.get("purpose", ""), now=now)
    except ParvisError as error:
        messages.error(request, error.text(_))
        return redirect("card:mine")
    body = card_pdf(request.territory, card, code, now=now)
    return attached(body, f"carte-{card.number}.pdf", "application/pdf")
