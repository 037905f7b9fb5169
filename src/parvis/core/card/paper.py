"""A card on paper: a letter sheet with the card to cut out, in one language or two, and what to do with it."""

from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from parvis.core.tenancy.addresses import absolute, territory_path
from parvis.core.tenancy.models import Territory
from parvis.core.ui import paper

from . import qr, queries
from .codes import Code
from .models import Card
from .token import Claim

TEMPLATE = Path(__file__).parent / "data" / "card.typ"


def card_pdf(territory: Territory, card: Card, code: Code, *, now: datetime) -> bytes:
    """Return the sheet, in the holder's language and the territory's second one when it is another."""
    first = card.person.language or "fr"
    second = queries.options().second_language
    languages = [first, *([second] if second and second != first else [])]
    with timezone.override(territory.timezone):
        sides = [_side(territory, code, language) for language in languages]
    # What is printed says no more than the code does.
    number = code.claims.get(Claim.NUMBER, "")
    with translation.override(first):
        title = _("Citizen card %(number)s") % {"number": number} if number else _("Citizen card")
        face = code.claims.get(Claim.NAME) or str(code.purpose.label)
    said: dict[str, Any] = {
        "language": first,
        "title": title,
        "town": territory.name,
        "brand": territory.brand,
        "face": face,
        "number": number,
        "sides": sides,
        "picture": qr.svg(code.text, on_paper=True),
        "picture_says": title,
    }
    return paper.pdf(TEMPLATE, said, now=now)


def _side(territory: Territory, code: Code, language: str) -> dict[str, Any]:
    with translation.override(language):
        until = date_format(timezone.localtime(code.expires_at), "DATE_FORMAT")
        resident = code.claims.get(Claim.RESIDENT)
        standing = "%(town)s"
        if resident is not None:
            standing = _("Resident of %(town)s") if resident else _("Guest of %(town)s")
        page = absolute(territory_path(territory, language, "/verifier/"))
        return {
            "language": language,
            "card": _("Citizen card"),
            "standing": standing % {"town": territory.name},
            "until": _("Good until %(date)s") % {"date": until},
            "number_label": _("Number"),
            "heading": _("Your card on paper"),
            "lines": [
                _("Cut the card out and fold it. Keep the square with its white edge whole: it is what is read."),
                _("Whoever reads it sees: %(what)s") % {"what": code.purpose.tells},
                _("Lost it? Tell us, or replace it in your space: this one is then refused everywhere."),
                _("Anybody can check a card on this page, without an account: %(page)s") % {"page": page},
            ],
        }
