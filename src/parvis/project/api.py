"""The native API: each module's router under ``/api/v1/{territory}/…``, one self-contained OpenAPI 3.1 document.

Whoever calls is a visitor, the person of the session (then an unsafe method needs the CSRF token, like a form), or a
program with a key (`Authorization: Bearer …` or `X-Api-Key: …`), which may do what its scopes say.
Errors are problem details (RFC 9457).
"""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.request import RawPostDataException
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.openapi.docs import DocsBase
from ninja.utils import check_csrf

from parvis import __version__
from parvis.core.apikeys.operations import actor_with
from parvis.core.registry.registry import registry
from parvis.core.tenancy.switches import is_on
from parvis.core.ui import errors
from parvis.lib.actor import Actor
from parvis.lib.errors import NotAllowed, NotFound, ParvisError, TooMuch, require

from .wording import sentence

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def caller(request: HttpRequest) -> Actor:
    """Return who calls.

    Raises AuthenticationError for a key that opens nothing, TooMuch for one that comes too often, NotAllowed when a
    session's unsafe call has no CSRF token, NotFound without town.
    """
    if request.territory is None:
        raise NotFound
    if token := token_of(request):
        program = actor_with(token, request.territory, now=timezone.now())
        if program is None:
            raise AuthenticationError
        request.actor = program
        return program
    if request.actor.person_id is not None and request.method not in SAFE and check_csrf(request) is not None:
        raise NotAllowed
    return request.actor


def token_of(request: HttpRequest) -> str:
    """Return the key that came with a request; empty when none did."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else request.headers.get("X-Api-Key", "").strip()


class NoPages(DocsBase):
    """The document is published, not a page about it that would fetch scripts from elsewhere."""

    def render_page(self, request: HttpRequest, api: NinjaAPI, **kwargs: Any) -> HttpResponse:
        """Answer 404."""
        raise Http404


PROBLEMS = {
    400: "The body is not what its type says.",
    401: "Sign in first.",
    403: "Not allowed.",
    404: "Not found.",
    409: "Not in this state.",
    413: "Too large.",
    422: "Some values cannot be accepted.",
    429: "Too many; try again later.",
}
PROBLEM = {
    "title": "Problem",
    "description": "Problem details (RFC 9457).",
    "type": "object",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string", "description": "For people, in the caller's language."},
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "For programs."},
        "field": {"type": "string"},
        "errors": {"type": "array", "items": {"type": "object"}},
    },
}


KEYS = {
    "bearer": {"type": "http", "scheme": "bearer", "description": "A key for programs (docs/webhooks.md)."},
    "header": {"type": "apiKey", "in": "header", "name": "X-Api-Key", "description": "The same key."},
}


class DocumentedAPI(NinjaAPI):
    """The API, whose document also names every refusal, and how a key is sent."""

    def get_openapi_schema(self, **kwargs: Any) -> Any:
        """Return the OpenAPI document."""
        schema = super().get_openapi_schema(**kwargs)
        schema.setdefault("components", {}).setdefault("schemas", {})["Problem"] = PROBLEM
        schema["components"]["securitySchemes"] = KEYS
        schema["security"] = [{}, *({name: []} for name in KEYS)]
        body = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
        for path in schema["paths"].values():
            for operation in path.values():
                for status, meaning in PROBLEMS.items():
                    operation["responses"].setdefault(status, {"description": meaning, "content": body})
        return schema


api = DocumentedAPI(
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
    if status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


@api.exception_handler(ParvisError)
def _refused(request: HttpRequest, error: ParvisError) -> HttpResponse:
    more = {"code": error.code} | ({"field": error.field} if error.field else {})
    return problem(request, error.status, error.text(gettext), **more)


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    wrong = [
        {"at": "/".join(map(str, item["loc"])), "code": item["type"], "message": sentence(item)}
        for item in error.errors
    ]
    return problem(request, 422, gettext("Some values cannot be accepted."), code="invalid", errors=wrong)


@api.exception_handler(AuthenticationError)
def _unknown(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    if token_of(request):
        return problem(request, 401, gettext("This key opens nothing here."), code="wrong_key")
    return problem(request, 401, gettext("Sign in first."), code="not_signed_in")


@api.exception_handler(HttpError)
def _unreadable(request: HttpRequest, error: HttpError) -> HttpResponse:
    return problem(request, error.status_code, gettext("This could not be read."), code="unreadable")


@api.exception_handler(RawPostDataException)
def _a_form(request: HttpRequest, error: RawPostDataException) -> HttpResponse:
    """A form where JSON is asked for: its body was read as a form before the transaction began."""
    return problem(request, 400, gettext("This could not be read."), code="unreadable")


@api.exception_handler(PermissionDenied)
def _forbidden(request: HttpRequest, error: PermissionDenied) -> HttpResponse:
    """What Django and its applications refuse by themselves."""
    return _refused(request, NotAllowed())


@api.exception_handler(Http404)
def _missing(request: HttpRequest, error: Http404) -> HttpResponse:
    return problem(request, 404, gettext("We could not find this."), code="not_found")


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer for an address that does not exist (``handler404``): problem details to programs, a page to people."""
    if request.path_info.startswith("/api/v1/"):
        return _missing(request, Http404())
    return errors.not_found(request, exception)


def _when_on(name: str) -> Any:
    """Make a module's routes answer 404 where the territory has switched it off; to read them a key must say so."""

    def check(request: HttpRequest) -> Actor:
        actor = caller(request)
        if not is_on(name):
            raise NotFound
        require(request.method not in SAFE or actor.reaches(f"{name}.read"))
        return actor

    return check


for _module in registry():
    if _module.router:
        api.add_router(
            f"/{{territory}}/{_module.name}",
            import_string(_module.router),
            tags=[_module.name],
            auth=[_when_on(_module.name)],
        )
