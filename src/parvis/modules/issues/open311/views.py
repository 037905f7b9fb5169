"""The addresses below ``/api/open311/v2/``: plain views, since the specification says more than a framework knows."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from parvis.core.tenancy.context import use
from parvis.core.tenancy.models import Territory
from parvis.core.tenancy.switches import is_on
from parvis.lib.errors import ParvisError

from . import keys, reading, taking, telling
from .asking import read_filters
from .formats import respond
from .refusals import Refused, refusal, status_of

View = Callable[..., HttpResponse]


def resource(*methods: str) -> Callable[[View], View]:
    """Make a view of a function: its refusals become the specification's errors, and its reads are open to any page.

    Sessions and their tokens have no part in it: whoever calls is a program, with or without a key.
    """

    def decorate(view: View) -> View:
        @csrf_exempt
        @wraps(view)
        def answer(request: HttpRequest, form: str = "xml", **kwargs: Any) -> HttpResponse:
            if request.method == "OPTIONS":
                response = HttpResponse(status=204)
                response.headers["Access-Control-Allow-Methods"] = response.headers["Allow"] = ", ".join(methods)
            else:
                response = _answer(view, methods, request, form, kwargs)
            if request.method in {"GET", "HEAD", "OPTIONS"}:
                response.headers["Access-Control-Allow-Origin"] = "*"
            return response

        return answer

    return decorate


def _answer(
    view: View, methods: tuple[str, ...], request: HttpRequest, form: str, kwargs: dict[str, Any]
) -> HttpResponse:
    try:
        if request.method not in methods:
            raise Refused(_("This resource answers to %(methods)s.") % {"methods": ", ".join(methods)})
        return view(request, form, **kwargs)
    except Refused as error:
        return refusal(form, error.text, error.status)
    except ParvisError as error:
        return refusal(form, error.text(_), status_of(error))


def jurisdiction(request: HttpRequest) -> Territory:
    """Return the territory that the call is about. Raises Refused: 400 when it is not said, 404 when there is none."""
    asked = (request.POST.get("jurisdiction_id", "") or request.GET.get("jurisdiction_id", "")).strip()
    if not asked:
        found = request.territory or reading.only_territory()
        if found is None:
            raise Refused(_("jurisdiction_id was not provided."))
    else:
        found = reading.find_territory(asked)
    if found is not None:
        with use(territory=found, person=None):
            if is_on("issues"):
                return found
    raise Refused(_("jurisdiction_id was not found."), 404)


def within(view: View) -> View:
    """Run a view in the territory that the call names, as nobody."""

    @wraps(view)
    def inside(request: HttpRequest, form: str, **kwargs: Any) -> HttpResponse:
        territory = jurisdiction(request)
        with use(territory=territory, person=None):
            return view(request, form, territory=territory, **kwargs)

    return inside


@resource("GET", "HEAD")
def discovery(request: HttpRequest, form: str) -> HttpResponse:
    """Say what this endpoint is; with a jurisdiction_id, whom to ask there."""
    asked = request.GET.get("jurisdiction_id", "").strip()
    territory = jurisdiction(request) if asked or request.territory else None
    with use(territory=territory, person=None):
        return respond(form, "discovery", telling.discovery(territory))


@resource("GET", "HEAD")
@within
def services(request: HttpRequest, form: str, territory: Territory) -> HttpResponse:
    """List the services of a jurisdiction."""
    return respond(form, "services", telling.services())


@resource("GET", "HEAD")
@within
def service(request: HttpRequest, form: str, territory: Territory, code: str) -> HttpResponse:
    """Define the attributes of a service."""
    return respond(form, "service_definition", telling.definition(taking.find_service(code)))


@resource("GET", "HEAD", "POST")
@within
def requests(request: HttpRequest, form: str, territory: Territory) -> HttpResponse:
    """List the requests that answer some filters, or take a new one in."""
    if request.method == "POST":
        issue = taking.take_request(request, territory, keys.writer(request, territory))
        return respond(form, "service_requests", [telling.taken(issue)])
    asked = read_filters(request.GET, territory, timezone.now())
    found, more = reading.find_requests(asked)
    told = telling.requests(found, territory, key_id=keys.caller(request, territory).key_id, extended=asked.extended)
    response = respond(form, "service_requests", told)
    if more:
        following = request.GET.copy()
        following["page"] = str(asked.page + 1)
        address = request.build_absolute_uri(f"{request.path}?{following.urlencode()}")
        response.headers["Link"] = f'<{address}>; rel="next"'
    return response


@resource("GET", "HEAD")
@within
def one_request(request: HttpRequest, form: str, territory: Territory, code: str) -> HttpResponse:
    """Show where one request stands."""
    issue = _find(code)
    extended = request.GET.get("extensions", "").strip().lower() == "true"
    key_id = keys.caller(request, territory).key_id
    return respond(form, "service_requests", telling.requests([issue], territory, key_id=key_id, extended=extended))


@resource("GET", "HEAD")
@within
def token(request: HttpRequest, form: str, territory: Territory, token: str) -> HttpResponse:
    """Give the number behind a token. Every service here is ``realtime``: a request's token is its number."""
    issue = _find(token, _("token was not found."))
    return respond(form, "service_requests", [{"service_request_id": issue.code, "token": token}])


def _find(code: str, missing: str = "") -> Any:
    found = reading.public_requests().filter(code=code.upper()).first() if "\x00" not in code else None
    if found is None:
        raise Refused(missing or _("service_request_id was not found."), 404)
    return found


@resource("GET", "HEAD", "POST")
def nothing(request: HttpRequest, form: str, rest: str) -> HttpResponse:
    """Say that there is no such resource, in the format that its name asks for."""
    raise Refused(_("There is no such resource; its name ends with .xml or .json."), 404)
