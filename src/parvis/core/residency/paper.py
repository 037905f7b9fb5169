"""Letters on paper: one a page, the address where the window of a Canadian no. 10 envelope shows it."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from parvis.core.tenancy.addresses import absolute, territory_path
from parvis.core.tenancy.models import Territory
from parvis.core.ui import paper

from .operations.letters import Printed

TEMPLATE = Path(__file__).parent / "data" / "letters.typ"


def letters_pdf(territory: Territory, letters: Sequence[Printed], *, now: datetime) -> bytes:
    """Return one PDF with a page a letter, each in its reader's language."""
    with timezone.override(territory.timezone):
        pages = [_page(territory, letter, now) for letter in letters]
    sender = [territory.name, *filter(None, territory.address.split("\n")), territory.phone]
    said = {"town": territory.name, "brand": territory.brand, "sender": [line for line in sender if line]}
    title = _("Letters to residents")
    return paper.pdf(
        TEMPLATE, {**said, "title": title, "language": translation.get_language() or "fr", "pages": pages}, now=now
    )


def _page(territory: Territory, letter: Printed, now: datetime) -> dict[str, Any]:
    with translation.override(letter.language):
        until = date_format(timezone.localtime(letter.expires_at), "DATE_FORMAT")
        page = absolute(territory_path(territory, letter.language, "/mon-espace/residence/"))
        return {
            "language": letter.language,
            "to": [letter.name, letter.address, territory.name],
            "date": date_format(timezone.localtime(now), "DATE_FORMAT"),
            "heading": _("Your code, to prove your address"),
            "lines": [
                _("You, or somebody for you, told us that you live at this address. This code proves it."),
                _("Type it on this page, once you are signed in: %(page)s") % {"page": page},
                _("Or bring or read it to us: at the counter, or by telephone."),
            ],
            "code": letter.code,
            "code_label": _("Your code"),
            "until": _("It is good until %(date)s, once.") % {"date": until},
            "unasked": _("You asked for nothing? Throw this letter away: without the code nothing happens."),
        }
