"""A request as the middleware of the house hands it to views: for annotations where Django's own knows too little."""

from django.http import HttpRequest

from parvis.core.tenancy.models import Territory
from parvis.lib.actor import Actor

from .models import Person


class TownRequest(HttpRequest):
    """A request in a language, perhaps in a town, by somebody. Never made: it only says what is there."""

    language_prefix: str
    town_prefix: str
    territory: Territory | None
    person: Person | None
    actor: Actor
