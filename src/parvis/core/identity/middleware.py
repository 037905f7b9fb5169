"""Who is asking: loads the account in scope ``sign_in``, then works in the territory's context."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from parvis.core.tenancy.context import use
from parvis.core.tenancy.guard import Scope
from parvis.lib.actor import Actor

from .actors import actor_of
from .models import Person

# The account pages work before anybody is known, so they stay in scope sign_in.
ACCOUNT_PREFIX = "/compte/"


class ActorMiddleware:
    """Sets `request.actor` and `request.person`, and the context for the view: territory scope, this person."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        territory = getattr(request, "territory", None)
        territory_id = territory.pk if territory else None
        request.person, request.actor = None, Actor.visitor(territory_id)
        if getattr(request, "address", None) is None or not hasattr(request, "user"):
            return self.get_response(request)
        if request.user.is_authenticated:
            request.person = Person.objects.get(pk=request.user.pk)
            request.actor = actor_of(request.person, territory_id, now=timezone.now())
        scope = Scope.SIGN_IN if request.path_info.startswith(ACCOUNT_PREFIX) else Scope.TERRITORY
        with use(person=request.actor.person_id, scope=scope):
            return self.get_response(request)
