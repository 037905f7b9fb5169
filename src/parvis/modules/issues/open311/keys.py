"""Which key a program shows, and who comes with it."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from parvis.core.apikeys.operations import note_use
from parvis.core.apikeys.queries import actor_of, key_of
from parvis.core.tenancy.models import Territory
from parvis.core.tenancy.switches import settings_of
from parvis.lib.actor import Actor, Channel

from .refusals import Refused


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls: a visitor, or the program of a key."""

    actor: Actor
    key_id: UUID | None = None


def caller(request: HttpRequest, territory: Territory) -> Caller:
    """Return who reads; a key that opens nothing here counts as none, since reads are free. Raises TooMuch."""
    shown = _shown(request)
    now = timezone.now()
    key = key_of(shown, territory, now=now) if shown else None
    if key is None:
        return Caller(Actor.visitor(territory.pk, Channel.PARTNER))
    note_use(key=key, now=now)
    return Caller(actor_of(key), key.pk)


def writer(request: HttpRequest, territory: Territory) -> Caller:
    """Return who sends a request in. Raises Refused (403): a wrong key, or none where one is needed; TooMuch."""
    found = caller(request, territory)
    if found.key_id is None and _shown(request):
        raise Refused(_("This api_key is not valid here."), 403)
    if found.key_id is None and settings_of("issues").open311_needs_key:
        raise Refused(_("An api_key is needed to send requests."), 403)
    return found


def _shown(request: HttpRequest) -> str:
    return (request.POST.get("api_key", "") or request.GET.get("api_key", "")).strip()
