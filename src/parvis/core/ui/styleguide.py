"""The style guide: every component in every state, for eyes, for axe and for screenshots. Demo mode only."""

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from . import icons
from .forms import PhotoInput, PlaceField

WHEN = datetime(2026, 3, 12, 14, 5, tzinfo=UTC)
KINDS = (("hole", "Nid-de-poule"), ("lamp", "Lampadaire éteint"), ("snow", "Neige"), ("other", "Autre chose"))


class SampleForm(forms.Form):
    """One field of each kind."""

    place = PlaceField(label="Où est-ce ?")
    kind = forms.ChoiceField(
        label="De quoi s’agit-il ?", choices=KINDS, widget=forms.RadioSelect(attrs={"data-look": "chips"})
    )
    text = forms.CharField(
        label="Qu’est-ce qui ne va pas ?",
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Ce que vous voyez, en quelques mots. Pas de nom de personne.",
        max_length=2000,
    )
    photo = forms.FileField(label="Photo", widget=PhotoInput(), required=False, help_text="Elle est allégée ici même.")
    email = forms.EmailField(label="Courriel", required=False, help_text="Pour vous dire ce qui a été fait.")
    when = forms.DateField(label="Depuis quand ?", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    district = forms.ChoiceField(label="Secteur", choices=[("", "Je ne sais pas"), ("1", "Village"), ("2", "Lac")])
    contact = forms.ChoiceField(
        label="Comment vous répondre ?",
        choices=[("mail", "Par courriel"), ("phone", "Par téléphone"), ("none", "Ce n’est pas nécessaire")],
        widget=forms.RadioSelect,
    )
    follow = forms.BooleanField(label="Me prévenir de chaque étape", required=False)


def guide(request: HttpRequest) -> HttpResponse:
    """Show every component; ``?erreurs`` shows the form refused."""
    if not getattr(settings, "DEMO", False):
        raise Http404
    refused: dict[str, Any] = {"email": "judith@", "text": "gros trou devant chez nous", "kind": "lost"}
    wrong = "erreurs" in request.GET
    form = SampleForm(refused if wrong else None, initial={"kind": "hole", "contact": "mail"})
    form.fields["place"].widget.show(  # type: ignore[attr-defined]
        search="/carte/adresses",
        nearest="/carte/pres",
        preview="/demo/ui/carte.svg",
        bounds="-72,46,-71.9,46.039",
        map="/carte/tuiles.json",
    )
    if "messages" in request.GET:
        messages.success(request, "Merci. Votre signalement est reçu, le code est VP-4821.")
        messages.error(request, "La photo n’a pas pu être lue. Le reste est gardé.")
    context = {
        "form": form,
        "icons": sorted(icons.ICONS),
        "when": WHEN,
        "page": Paginator(range(200), 10).get_page(request.GET.get("page", 4)),
        "headers": ["Code", "Objet", "État", "Échéance"],
        "crumbs": [("Signalements", "#")],
        "options": KINDS,
    }
    return render(request, "ui/styleguide.html", context)


def sample_map(request: HttpRequest) -> HttpResponse:
    """A drawn village for the style guide."""
    if not getattr(settings, "DEMO", False):
        raise Http404
    return render(request, "ui/sample_map.svg", content_type="image/svg+xml")
