"""The checker: a page that reads cards with a phone's camera and verifies them without a line; places that count.

What the camera sees is read and verified in the page (frontend/src/islands/check.ts); nothing of it is sent. Here a
card is checked by its number, for staff, and entries that were counted at a door arrive.
"""

from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from parvis.core.audit.operations import log_view
from parvis.core.ui import outbox
from parvis.lib.errors import require

from .. import operations, queries, rules
from ..forms import NumberForm, VisitForm
from ..models import Card, CardState, Place
from ..standing import standing_of
from ..token import Verdict
from ..verdicts import SAID, panels

_FOUND = {CardState.ACTIVE.value: Verdict.GOOD, CardState.ENDED.value: Verdict.REVOKED}


@require_safe
def check(request: HttpRequest) -> HttpResponse:
    """Show the checker, to anybody."""
    if request.territory is None:
        raise Http404("Cards are checked for a town.")
    return _page(request)


def _page(request: HttpRequest, place: Place | None = None, **more: object) -> HttpResponse:
    may_count = rules.can_count(request.actor)
    purpose = queries.purpose_named(place.purpose) if place else None
    context = {
        "place": place,
        "asked": purpose,
        "panels": panels(),
        "may_count": may_count,
        "places": queries.open_places() if may_count and place is None else (),
        "number_form": NumberForm() if may_count else None,
        "today": queries.counted(place, queries.today_here(timezone.now())) if place else None,
        **more,
    }
    return render(request, "card/check.html", context)


@login_required
@require_POST
def number(request: HttpRequest) -> HttpResponse:
    """Check a card by its number, for staff: whether it is in use, whose it is."""
    require(rules.can_count(request.actor))
    form = NumberForm(request.POST)
    card = queries.by_number(form.cleaned_data["number"]) if form.is_valid() else None
    if card is None:
        form.add_error("number", _("No card has this number."))
        return _page(request, number_form=form)
    log_view(viewer=request.actor, person_id=card.person_id, reason="card", subject_id=card.pk)
    return _page(request, number_form=form, said=SAID[_FOUND[card.state]], found=_shown(card))


def _shown(card: Card) -> dict[str, object] | None:
    """Return what the number of a card in use opens: name, resident or guest."""
    if card.state != CardState.ACTIVE:
        return None
    standing = standing_of(card.person, timezone.now())
    return {"name": standing.name, "number": card.number, "resident": standing.is_resident}


@login_required
@require_safe
def place(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the checker of a place, with its counter."""
    require(rules.can_count(request.actor))
    return _page(request, get_object_or_404(queries.open_places(), slug=slug))


@login_required
@require_POST
def count(request: HttpRequest, slug: str) -> HttpResponse:
    """Take in one entry: at once, or hours later from the phone's outbox."""
    here, form = get_object_or_404(Place, slug=slug), VisitForm(request.POST)
    form.is_valid()
    said = form.cleaned_data
    operations.count_visit(
        actor=request.actor,
        place=here,
        key=_key(request.POST.get("idempotency_key", "")),
        now=timezone.now(),
        happened_at=said.get("sent_at"),
        mark=said.get("mark", ""),
        resident=said.get("resident"),
    )
    outbox.told(request).text = _("Entry counted.")
    if not outbox.is_sending(request):
        messages.success(request, _("Entry counted."))
    return redirect("card_public:place", slug)


def _key(text: str) -> UUID:
    """Without a script's key, each sending is its own."""
    try:
        return UUID(hex=text)
    except ValueError:
        return uuid4()


@login_required
@require_POST
def take_back(request: HttpRequest, slug: str) -> HttpResponse:
    """Take back an entry that was counted by mistake."""
    here, form = get_object_or_404(Place, slug=slug), VisitForm(request.POST)
    if not form.is_valid() or form.cleaned_data["visit"] is None:
        raise Http404
    operations.take_back_visit(actor=request.actor, place=here, key=form.cleaned_data["visit"], now=timezone.now())
    outbox.told(request).text = _("Entry taken back.")
    return redirect("card_public:place", slug)
