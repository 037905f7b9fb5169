"""Who is asking: loads the account in scope ``sign_in``, then works in the territory's context."""

from collections.abc import Callable
from dataclasses import replace
from typing import cast
from urllib.parse import urlencode
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from parvis.core.tenancy.context import use
from parvis.core.tenancy.guard import Scope
from parvis.core.tenancy.memo import rely_on_facts
from parvis.lib.actor import Actor

from .actors import actor_of, member_of
from .models import Account
from .signing_in import has_second_factor, note_presence, owns_second_factor

# The account pages work before anybody is known, so they stay in scope sign_in.
ACCOUNT_PREFIX = "/compte/"
STAFF_PREFIX = "/bureau/"
ACTING_KEY = "acting_for_organisation"


class ActorMiddleware:
    """Sets `request.actor` and `request.person`, and the context for the view: territory scope, this person.

    Roles count only in a session that went through a second factor, whatever the page or the program's address; without
    one, the back office sends its staff to set it up. `request.needs_second_factor` says so to pages.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, knowing who asks."""
        territory = getattr(request, "territory", None)
        territory_id = territory.pk if territory else None
        request.person, request.actor, request.needs_second_factor = None, Actor.visitor(territory_id), False
        if getattr(request, "address", None) is None or not hasattr(request, "user"):
            return self.get_response(request)
        if request.path_info in settings.WITHOUT_TRANSACTION:  # asked by machines: no person, no rows
            return self.get_response(request)
        if request.user.is_authenticated:
            self._recognise(request, territory_id)
        if request.needs_second_factor and request.path_info.startswith(STAFF_PREFIX):
            return self._ask_second_factor(request)
        scope = Scope.SIGN_IN if request.path_info.startswith(ACCOUNT_PREFIX) else Scope.TERRITORY
        with use(person=request.actor.person_id, scope=scope):
            return self.get_response(request)

    @staticmethod
    def _recognise(request: HttpRequest, territory_id: UUID | None) -> None:
        now = timezone.now()
        request.person = cast(Account, request.user).person
        actor = actor_of(request.person, territory_id, now=now)
        if actor.grants and not has_second_factor(request):
            request.needs_second_factor = True
            actor = replace(actor, grants=())
        chosen = request.session.get(ACTING_KEY)
        if chosen and member_of(actor, UUID(chosen), now=now):
            actor = replace(actor, organisation_id=UUID(chosen))
        request.actor = actor
        if not actor.grants and not request.needs_second_factor:
            rely_on_facts()
        note_presence(request, now)

    @staticmethod
    def _ask_second_factor(request: HttpRequest) -> HttpResponse:
        """Send staff to prove their second factor, or to make one."""
        if owns_second_factor(request.user):
            page = reverse("mfa_reauthenticate" if _has_app(request) else "mfa_reauthenticate_webauthn")
        else:
            page = reverse("mfa_index")
        return HttpResponseRedirect(f"{page}?{urlencode({'next': request.get_full_path()})}")


def _has_app(request: HttpRequest) -> bool:
    return is_mfa_enabled(request.user, [Authenticator.Type.TOTP])
