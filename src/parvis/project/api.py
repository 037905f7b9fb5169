"""The native API: each module's router under ``/api/v1/{territory}/…``, one self-contained OpenAPI 3.1 document.

Whoever calls is a visitor, or the person of the session (then an unsafe method needs the CSRF token, like a form).
Errors are problem details (RFC 9457).
"""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.module_loading import import_string
from django.utils.translation import gettext
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, ValidationError
from ninja.openapi.docs import DocsBase
from ninja.utils import check_csrf

from parvis import __version__
from parvis.core.registry.registry import registry
from parvis.core.tenancy.switches import is_on
from parvis.lib.actor import Actor
from parvis.lib.errors import NotAllowed, NotFound, ParvisError, TooMuch

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def caller(request: HttpRequest) -> Actor:
    """Return who calls. Raises NotAllowed when a session's unsafe call has no CSRF token, NotFound without town."""
    if request.territory is None:
        raise NotFound
    if request.actor.person_id is not None and request.method not in SAFE and check_csrf(request) is not None:
        raise NotAllowed
    return request.actor


class NoPages(DocsBase):
    """The document is published, not a page about it that would fetch scripts from elsewhere."""

    def render_page(self, request: HttpRequest, api: NinjaAPI, **kwargs: Any) -> HttpResponse:
        """Answer 404."""
        raise Http404


api = NinjaAPI(
    title="Parvis",
    version=__version__,
    description="What a resident and a clerk do on the pages, for programs. Times are RFC 3339, places WGS 84 degrees.",
    docs=NoPages(),
    docs_url=None,
    openapi_url="openapi.json",
    urls_namespace="api",
    auth=[caller],
)


def problem(request: HttpRequest, status: int, title: str, **more: Any) -> HttpResponse:
    """Answer problem details."""
    body = {"type": "about:blank", "title": title, "status": status, **more}
    response = api.create_response(request, body, status=status)
    response.headers["Content-Type"] = "application/problem+json"
    if status == TooMuch.status:
        response.headers["Retry-After"] = "60"
    return response


@api.exception_handler(ParvisError)
def _refused(request: HttpRequest, error: ParvisError) -> HttpResponse:
    more = {"code": error.code} | ({"field": error.field} if error.field else {})
    return problem(request, error.status, error.text(gettext), **more)


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    errors = [{"at": "/".join(map(str, item["loc"])), "message": item["msg"]} for item in error.errors]
    return problem(request, 422, gettext("Some values cannot be accepted."), code="invalid", errors=errors)


@api.exception_handler(AuthenticationError)
def _unknown(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    return problem(request, 401, gettext("Sign in first."), code="not_signed_in")


@api.exception_handler(Http404)
def _missing(request: HttpRequest, error: Http404) -> HttpResponse:
    return problem(request, 404, gettext("We could not find this."), code="not_found")


def _when_on(name: str) -> Any:
    """Make a module's routes answer 404 where the territory has switched it off."""

    def check(request: HttpRequest) -> Actor:
        actor = caller(request)
        if not is_on(name):
            raise NotFound
        return actor

    return check


for _module in registry():
    if _module.router:
        auth = [_when_on(_module.name)] if _module.switchable else [caller]
        api.add_router(f"/{{territory}}/{_module.name}", import_string(_module.router), tags=[_module.name], auth=auth)
