"""The ways to prove where one lives: each is a small provider that a territory switches on by its settings.

A way has a template, drawn on the page of somebody whose claim waits: what to do, and the form or the link that begins
it. Its own operation ends with `operations.proving.prove`. One that leads elsewhere (a government's login by OpenID
Connect) is the same: its template is the link, the view that comes back calls its operation.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from . import queries
from .forms import CodeForm, TaxForm
from .models import Proof
from .settings import Settings


@dataclass(frozen=True, slots=True)
class Way:
    """One way: its proof, its name, whether a territory takes it, what draws it, and the form it asks for, if any."""

    proof: Proof
    label: str | Promise
    icon: str
    is_open: Callable[[Settings], bool]
    template: str
    form: type[forms.Form] | None = None


WAYS = (
    Way(
        Proof.LETTER,
        _("With a letter"),
        "mail",
        lambda options: options.by_letter,
        "residency/ways/letter.html",
        CodeForm,
    ),
    Way(
        Proof.TAX,
        _("With your tax bill"),
        "page",
        lambda options: options.by_tax_account and queries.has_roll(),
        "residency/ways/tax.html",
        TaxForm,
    ),
    Way(Proof.COUNTER, _("At the counter"), "building", lambda options: True, "residency/ways/counter.html"),
)


def open_ways(bound: Mapping[str, forms.Form]) -> list[tuple[Way, Any]]:
    """Return the ways that the territory in force takes, each with its form: the one just sent, or an empty one."""
    options = queries.options()
    return [(way, bound.get(way.proof) or (way.form() if way.form else None)) for way in WAYS if way.is_open(options)]
