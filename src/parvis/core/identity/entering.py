"""The first visit to a town: it says what it would see, asks, and remembers the answer."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode

from .queries import has_entered

PASSING_KEY = "passing_through"
"""In the session: the towns to which somebody said «not now», so that they do not ask again."""


def ask_first(request: HttpRequest, onward: str = "") -> HttpResponse | None:
    """Return the way to the question, or None when it was answered: the town sees the person, or should not now.

    `onward` is where they were going: this page unless given.
    """
    town, person = request.territory, request.person  # type: ignore[attr-defined]  # of our middleware
    if town is None or person is None:
        return None
    if is_passing(request) or has_entered(person.pk, town.pk):
        return None
    return HttpResponseRedirect(question(onward or request.get_full_path()))


def question(onward: str) -> str:
    """Return the address of the question, which leads on to another."""
    return f"{reverse('identity:enter')}?{urlencode({'next': onward})}"


def is_passing(request: HttpRequest) -> bool:
    """Tell whether this town was told «not now» since signing in."""
    return str(request.territory.pk) in request.session.get(PASSING_KEY, ())  # type: ignore[attr-defined]


def pass_through(request: HttpRequest) -> None:
    """Remember that this town should not see the person for now."""
    key = str(request.territory.pk)  # type: ignore[attr-defined]
    request.session[PASSING_KEY] = [*(one for one in request.session.get(PASSING_KEY, ()) if one != key), key]
