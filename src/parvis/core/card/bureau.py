"""Staff screens: somebody's card at the counter, places that count entries, keys."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from parvis.core.audit.operations import log_view
from parvis.core.identity.models import Person
from parvis.core.identity.queries import search_people
from parvis.core.ui.sheets import attached, csv_file
from parvis.core.ui.shell import prefix_of
from parvis.lib.actor import Channel
from parvis.lib.errors import ParvisError, require

from . import operations, queries, rules
from .forms import EndForm, PlaceForm, PrintForm, ReplaceForm
from .models import Place, SigningKey
from .paper import card_pdf
from .standing import standing_of

A_PAGE = 50
SHOWN_DAYS = 92


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Find somebody; the newest cards."""
    require(rules.can_manage(request.actor))
    text = request.GET.get("q", "").strip()[:80]
    by_number = queries.by_number(text)
    found = [by_number.person] if by_number else search_people(text) if text else []
    cards = Paginator(queries.newest_cards(), A_PAGE).get_page(request.GET.get("page"))
    for person_id in [one.pk for one in found] or ([] if text else [card.person_id for card in cards]):
        log_view(viewer=request.actor, person_id=person_id, reason="card")
    context = {"text": text, "found": found, "cards": cards, "may_arrange": rules.can_arrange(request.actor)}
    return render(request, "card/bureau/list.html", context)


@require_safe
def person(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Serve somebody at the counter: give, print, replace, end."""
    require(rules.can_manage(request.actor))
    seen = get_object_or_404(Person, pk=person_id)
    log_view(viewer=request.actor, person_id=person_id, reason="card")
    return _person(request, seen)


def _person(request: HttpRequest, seen: Person, **bound: Form) -> HttpResponse:
    context = {
        "seen": seen,
        "card": queries.card_of(seen.pk),
        "past": queries.cards_of(seen.pk).exclude(ended_at=None),
        "standing": standing_of(seen, timezone.now()),
        "print_form": PrintForm(),
        "replace_form": ReplaceForm(auto_id="replace-%s"),
        "end_form": EndForm(auto_id="end-%s"),
        **bound,
    }
    return render(request, "card/bureau/person.html", context, status=422 if bound else 200)


@require_POST
def act(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Do what the clerk chose for somebody."""
    require(rules.can_manage(request.actor))
    seen, card = get_object_or_404(Person, pk=person_id), queries.card_of(person_id)
    given = {"actor": request.actor.on_behalf_of(person_id, Channel.COUNTER), "now": timezone.now()}
    step = request.POST.get("step", "")
    forms: dict[str, tuple[str, type[Form]]] = {"replace": ("replace_form", ReplaceForm), "end": ("end_form", EndForm)}
    try:
        if step == "issue":
            operations.issue_card(person_id=person_id, **given)
        elif card is not None and step in forms:
            name, kind = forms[step]
            form = kind(request.POST, auto_id=f"{step}-%s")
            if not form.is_valid():
                return _person(request, seen, **{name: form})
            change = operations.replace_card if step == "replace" else operations.end_card
            change(card=card, **given, **form.cleaned_data)
    except ParvisError as error:
        messages.error(request, error.text(_))
    return redirect("card_bureau:person", person_id)


@never_cache
@require_POST
def paper(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Print somebody's card."""
    require(rules.can_manage(request.actor))
    seen, card, now = get_object_or_404(Person, pk=person_id), queries.card_of(person_id), timezone.now()
    form = PrintForm(request.POST)
    if card is None or not form.is_valid():
        return _person(request, seen, print_form=form)
    actor = request.actor.on_behalf_of(person_id, Channel.COUNTER)
    code = operations.print_card(actor=actor, card=card, now=now, **form.cleaned_data)
    body = card_pdf(request.territory, card, code, now=now)
    return attached(body, f"carte-{card.number}.pdf", "application/pdf")


def _crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return [(_("Cards"), reverse("card_bureau:list")), *more]


def places(request: HttpRequest) -> HttpResponse:
    """List the places that count entries; open another."""
    require(rules.can_arrange(request.actor))
    form = PlaceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = operations.open_place(actor=request.actor, now=timezone.now(), **form.cleaned_data)
        except ParvisError as error:
            form.add_error(error.field if error.field in form.fields else None, error.text(_))
        else:
            return redirect("card_bureau:place", made.pk)
    today = queries.today_here(timezone.now())
    rows = [{"place": one, "today": queries.counted(one, today)} for one in Place.objects.all()]
    context = {"rows": rows, "form": form, "crumbs": _crumbs()}
    return render(request, "card/bureau/places.html", context, status=422 if form.errors else 200)


def place(request: HttpRequest, place_id: UUID) -> HttpResponse:
    """Show the entries of a place by day; change it, close it."""
    require(rules.can_arrange(request.actor))
    row = get_object_or_404(Place, pk=place_id)
    kept = {"name": row.name, "purpose": row.purpose, "residents_only": row.residents_only}
    form = PlaceForm(request.POST or None, initial=kept)
    if request.method == "POST":
        if request.POST.get("step") == "close":
            operations.close_place(actor=request.actor, place=row, now=timezone.now())
            return redirect("card_bureau:places")
        if _changed(request, row, form):
            return redirect("card_bureau:place", row.pk)
    return _place(request, row, form)


def _changed(request: HttpRequest, row: Place, form: PlaceForm) -> bool:
    if not form.is_valid():
        return False
    try:
        operations.change_place(actor=request.actor, place=row, now=timezone.now(), **form.cleaned_data)
    except ParvisError as error:
        form.add_error(error.field if error.field in form.fields else None, error.text(_))
        return False
    return True


def _place(request: HttpRequest, row: Place, form: PlaceForm) -> HttpResponse:
    since = queries.today_here(timezone.now()) - timedelta(days=SHOWN_DAYS)
    days: Any = queries.counted_by_day(row, since)
    headers = [_("Day"), _("Entries"), _("Different codes"), _("Residents")]
    if "csv" in request.GET:
        table = [[day["day"].isoformat(), day["entries"], day["people"], day["residents"]] for day in days]
        return attached(csv_file(headers, table), f"{row.slug}.csv", "text/csv; charset=utf-8")
    crumbs = _crumbs((_("Places"), reverse("card_bureau:places")))
    context = {"place": row, "days": days, "headers": headers, "form": form, "crumbs": crumbs}
    return render(request, "card/bureau/place.html", context, status=422 if form.errors else 200)


def keys(request: HttpRequest) -> HttpResponse:
    """Show the keys, sign with a new one, distrust those so far."""
    require(rules.can_arrange(request.actor))
    now = timezone.now()
    if request.method == "POST":
        distrust = request.POST.get("step") == "distrust"
        operations.rotate_key(actor=request.actor, now=now, distrust=distrust)
        messages.success(request, _("A new key signs from now on."))
        return redirect("card_bureau:keys")
    context = {
        "keys": SigningKey.objects.all()[:A_PAGE],
        "revoked": len(queries.revoked_codes(now)),
        # at the root of the instance, whichever town and language one is in
        "keys_path": reverse("card_public:keys").removeprefix(prefix_of(request)),
        "revoked_path": reverse("card_public:revoked").removeprefix(prefix_of(request)),
        "crumbs": _crumbs(),
    }
    return render(request, "card/bureau/keys.html", context)
