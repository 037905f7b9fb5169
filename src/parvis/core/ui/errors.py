"""Error pages: what happened, in plain words, and what to do. `server_error` needs neither database nor session."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from parvis.lib.errors import ParvisError

from . import outbox


@dataclass(frozen=True, slots=True)
class Explanation:
    """A page's title, one sentence, and the icon beside it."""

    title: Any
    text: Any
    icon: str = "alert"


EXPLANATIONS = {
    400: Explanation(
        _("We did not understand this request"),
        _("Part of the address or of the form is missing or damaged. Go back, reload the page and try again."),
    ),
    403: Explanation(
        _("This page is not open to you"),
        _("It belongs to someone else, or to the staff. If it should be yours, sign in with the right account."),
        "lock",
    ),
    404: Explanation(
        _("This page does not exist"),
        _("It may have moved, or the address has a typing error. Search for it, or start again from the home page."),
        "search",
    ),
    405: Explanation(
        _("This cannot be done here"),
        _("Go back to the page you came from and use its buttons."),
    ),
    409: Explanation(
        _("This has changed in the meantime"),
        _("Somebody else got there first. Go back, reload the page and look again."),
        "swap",
    ),
    410: Explanation(
        _("This is not shown any more"),
        _("It was here, and was taken away. Search for something else, or start again from the home page."),
        "lock",
    ),
    413: Explanation(
        _("This file is too large"),
        _("Choose a smaller photo or document and send it again. What you typed is kept on this device."),
        "image",
    ),
    422: Explanation(
        _("This cannot be accepted as it is"), _("Go back, correct what is marked and send it again."), "edit"
    ),
    429: Explanation(
        _("Too many tries in a short time"),
        _("Wait a few minutes, then try again. If it is urgent, call us."),
        "clock",
    ),
    500: Explanation(
        _("Something broke on our side"),
        _("Nothing you sent was half done: it was either kept whole or not at all. Try again in a moment, or call us."),
        "tool",
    ),
    503: Explanation(
        _("We are busy for a moment"),
        _("The service is being looked after, or many people came at once. Try again in a minute."),
        "clock",
    ),
}
_BARE = {500, 503}


def error_page(request: HttpRequest, status: int, *, message: str = "", retry_after: int | None = None) -> HttpResponse:
    """Return the page for an HTTP status; `message`, already translated, replaces the sentence.

    Statuses 500 and 503 use a page that reads nothing but files, so that it can be shown when the database is down.
    """
    explained = EXPLANATIONS.get(status, EXPLANATIONS[400 if status < 500 else 500])
    context = {"explained": explained, "message": message, "status": status}
    if status in _BARE:
        response = _bare(context)
    else:
        try:
            response = render(request, "ui/errors/page.html", context, status=status)
        except DatabaseError:  # the transaction is broken: the town's name and links cannot be read any more
            response = _bare(context)
    if retry_after is not None:
        response["Retry-After"] = str(retry_after)
    response.sentence = message or explained.text  # type: ignore[attr-defined]  # for the outbox of a phone
    return response


def _bare(context: dict[str, Any]) -> HttpResponse:
    return HttpResponse(render_to_string("ui/errors/bare.html", context), status=context["status"])


def refusal_page(request: HttpRequest, error: ParvisError) -> HttpResponse:
    """Return the page for a refusal that no form caught."""
    return error_page(request, error.status, message=error.text(gettext))


class RefusalMiddleware:
    """Turns a refusal raised by an operation into its page; the API answers its own way before it gets here."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer as the view does."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer with the page of the refusal; anything else is not ours."""
        return refusal_page(request, exception) if isinstance(exception, ParvisError) else None


def error_response(request: HttpRequest, error: ParvisError | int, **kwargs: Any) -> HttpResponse:
    """Return the page for a refusal or for an HTTP status (``ERROR_VIEW``)."""
    if isinstance(error, ParvisError):
        return refusal_page(request, error)
    return error_page(request, error, **kwargs)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """``handler400``."""
    return _bare({"explained": EXPLANATIONS[400], "status": 400})


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """``handler403``."""
    return error_page(request, 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """``handler404``."""
    return error_page(request, 404)


def too_many_requests(request: HttpRequest) -> HttpResponse:
    """``handler429``, which django-allauth looks for when its throttles say no."""
    return error_page(request, 429)


def server_error(request: HttpRequest) -> HttpResponse:
    """``handler500``."""
    return error_page(request, 500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """``CSRF_FAILURE_VIEW``: most often a page left open too long."""
    outbox.told(request).is_later = True  # the next try brings a fresh token
    return error_page(
        request,
        403,
        message=gettext(
            "This page was open for too long. Go back, reload it and send the form again: your draft is kept."
        ),
    )
