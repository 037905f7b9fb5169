"""One transaction a request, under the context of its territory."""

from collections.abc import Callable, Iterator
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import get_script_prefix, set_script_prefix
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.module_loading import import_string

from .addresses import take_apart
from .context import use
from .facts import EVERY
from .guard import Scope
from .memo import rely_on_facts, remembered, remembering
from .models import Territory
from .owners import owner_of
from .switches import is_on

WHO_ASKS = frozenset({settings.SESSION_COOKIE_NAME, "Authorization"})
"""What may make somebody of whoever asks: a session, a key."""
GetResponse = Callable[[HttpRequest], HttpResponse]


class AddressMiddleware:
    """Strips language and town from the path and sets them as script prefix, so that `reverse` needs neither."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer in the language and town of the address."""
        address, before = take_apart(request.path_info), get_script_prefix()
        is_api = address.path.startswith("/api/")
        request.address = address
        request.language_prefix = address.language_prefix
        request.town_prefix = "" if is_api else address.town_prefix
        request.path_info = address.path
        set_script_prefix("/" if is_api else address.prefix)
        language = translation.get_language_from_request(request) if is_api else address.language
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", language)
            if is_api:
                patch_vary_headers(response, ["Accept-Language"])
        # Not simply "/": Wagtail draws a preview by running a request inside another.
        set_script_prefix(before)
        return response


class TransactionMiddleware:
    """Reads the body first, then runs everything inside one transaction, rolled back on a 5xx answer.

    A slow upload therefore holds no transaction; a TemplateResponse renders before the transaction closes, which
    Django's own ATOMIC_REQUESTS does not do.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer within a transaction."""
        if request.path_info in settings.WITHOUT_TRANSACTION:
            request.territory = None
            return self.get_response(request)
        if request.method not in {"GET", "HEAD", "OPTIONS"}:
            length = int(request.META.get("CONTENT_LENGTH") or 0)
            if length > settings.REQUEST_MAX_BYTES:
                return self._too_large(request)
            request.POST  # noqa: B018  (parsed now, outside the transaction)
            if not request._read_started:
                request.body  # noqa: B018
        with transaction.atomic(), remembering():
            if not (WHO_ASKS & {*request.COOKIES, *request.headers} or request.address.path.startswith("/api/")):
                rely_on_facts()
            with use(scope=Scope.SIGN_IN, territory=None, person=None):
                # The database knows no text with this sign: no page is there. An API says so itself.
                is_damaged = "\x00" in request.path and not request.address.path.startswith("/api/")
                request.territory = None if is_damaged else self._territory(request.address.slug)
                response = self._not_found(request) if is_damaged else self._respond(request)
            if response.status_code >= 500:
                transaction.set_rollback(True)
        if isinstance(response, StreamingHttpResponse) and not isinstance(response, FileResponse):
            response = self._rescope(request, response)
        return response

    def _respond(self, request: HttpRequest) -> HttpResponse:
        if request.address.slug and request.territory is None:
            return self._not_found(request)
        with use(scope=Scope.SIGN_IN, territory=request.territory):
            return self.get_response(request)

    @staticmethod
    def _territory(slug: str) -> Territory | None:
        if not slug:
            return None
        try:
            found = remembered(("slug", slug), lambda: Territory.objects.get(slug=slug), fact_of=EVERY)
            return remembered(("territory", found.pk), lambda: found)
        except Territory.DoesNotExist:
            return None

    @staticmethod
    def _not_found(request: HttpRequest) -> HttpResponse:
        from django.core.handlers.exception import response_for_exception

        set_script_prefix(f"{request.language_prefix}/")
        request.town_prefix = ""
        return response_for_exception(request, Http404(f"No territory is called {request.address.slug}."))

    @staticmethod
    def _too_large(request: HttpRequest) -> HttpResponse:
        request.territory = None
        return import_string(settings.ERROR_VIEW)(request, 413)

    @staticmethod
    def _rescope(request: HttpRequest, response: StreamingHttpResponse) -> StreamingHttpResponse:
        """Give a streamed body a transaction of its own, since it is read after the first has closed."""
        inner: Any = response.streaming_content
        actor, territory = getattr(request, "actor", None), request.territory

        def stream() -> Iterator[bytes]:
            with transaction.atomic(), use(territory=territory, person=getattr(actor, "person_id", None)):
                yield from inner

        if not response.is_async:
            response.streaming_content = stream()
        return response


class SwitchMiddleware:
    """A module that the territory has switched off answers 404 at all of its addresses, pages and staff screens."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer as the view does."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: object, kwargs: object
    ) -> None:
        """Raise Http404 when the address belongs to a module that is off here."""
        name = owner_of(request.resolver_match, view)
        if name is not None and getattr(request, "territory", None) is not None and not is_on(name):
            raise Http404(f"{name} is switched off here.")
