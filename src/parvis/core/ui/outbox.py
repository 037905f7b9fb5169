"""The offline outbox: how a form's page answers a sending that no page may be waiting for.

A form marked ``data-outbox`` leaves from the phone's outbox (``frontend/src/outbox``): at once with a line, else later.
Views stay as they are. What they answer becomes a small JSON envelope here: accepted with its code and page, refused
with the reason beside each field, a conflict explained, or "later". ``idempotency_key`` makes each sending count once.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.contrib.messages import ERROR, get_messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import resolve_url
from django.urls import NoReverseMatch

HEADER = "X-Outbox"
PAGE = "page"
"""The header's value when the form is still in front of somebody, who is shown the refused page as it is."""


@dataclass(slots=True)
class Told:
    """What a view says beside its answer: the code given, a sentence, whether it met a conflict; forms it refused."""

    code: str = ""
    text: str = ""
    is_conflict: bool = False
    is_later: bool = False
    refused: list[Any] = field(default_factory=list)


def told(request: HttpRequest) -> Told:
    """Return what is said of this request so far, to add to it."""
    if not hasattr(request, "_outbox"):
        request._outbox = Told()  # type: ignore[attr-defined]
    return request._outbox  # type: ignore[attr-defined,no-any-return]


def is_sending(request: HttpRequest) -> bool:
    """Tell whether the outbox of a phone asks."""
    return bool(request.headers.get(HEADER))


class OutboxMiddleware:
    """Answers the outbox of a phone with an envelope, everyone else as the view does."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer as the view does, in an envelope when the outbox asks."""
        response = self.get_response(request)
        return envelope(request, response) if is_sending(request) else response


def envelope(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Return the envelope of an answer: ``state``, ``text``, ``code``, ``url``, ``faults`` and, for a page, ``page``.

    A redirect becomes a plain answer, since a script would follow it; other statuses stay.
    """
    said = told(request)
    errors = [str(one) for one in get_messages(request) if one.level >= ERROR] if _is_done(response) else []
    body: dict[str, Any] = {"text": said.text, "code": said.code, "url": response.get("Location", "")}
    if said.is_later or response.status_code == 429 or response.status_code >= 500:
        body["state"] = "later"
    elif 300 <= response.status_code < 400 and _asks_to_sign_in(body["url"]):
        body["state"] = "sign_in"
    elif said.is_conflict or response.status_code == 409:
        body |= {"state": "conflict", "text": said.text or _sentence(response)}
    elif errors or said.refused or response.status_code >= 400:
        body |= {"state": "refused", "text": " ".join(errors) or _sentence(response), "faults": _faults(said.refused)}
        if request.headers.get(HEADER) == PAGE and not errors:
            body["page"] = response.content.decode(response.charset)
    else:
        body["state"] = "accepted"
    body["kept"] = body["state"] in {"accepted", "conflict"} and _is_done(response)
    answer = JsonResponse(body, status=200 if _is_done(response) else response.status_code)
    answer.cookies = response.cookies
    answer["Cache-Control"] = "no-store"
    return answer


def _is_done(response: HttpResponse) -> bool:
    return response.status_code < 400


def _asks_to_sign_in(url: str) -> bool:
    try:
        return url.startswith(resolve_url(settings.LOGIN_URL))
    except NoReverseMatch:  # the interface alone, without accounts
        return False


def _sentence(response: HttpResponse) -> str:
    """What an error page says (`errors.error_page` leaves it on its answer)."""
    return str(getattr(response, "sentence", ""))


def _faults(forms: list[Any]) -> list[dict[str, str]]:
    """Return the reasons of refused forms: the id of the field, its label, the words."""
    found = []
    for form in forms:
        found += [{"id": "", "label": "", "text": str(text)} for text in form.non_field_errors()]
        for bound in form:
            place = bound.id_for_label or bound.auto_id or ""
            found += [{"id": str(place), "label": str(bound.label), "text": str(text)} for text in bound.errors]
    return found
