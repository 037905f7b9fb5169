"""Pages of the demo: who one may be, and what was sent to whom."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_POST

from parvis.core.delivery import queries as outbox
from parvis.core.identity.demo import DemoPerson, demo_cast
from parvis.core.tenancy.addresses import territory_path
from parvis.core.tenancy.models import Territory

from .signing_in import sign_in_as

A_PAGE = 40
CHANNELS = ("email", "sms", "push", "letter")
# A message is shown as it was sent, styles and all, but may neither run nor fetch anything.
MESSAGE_POLICY = "default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox"


def demo_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Answer «not found» outside of demo mode."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not settings.DEMO:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@demo_only
def home(request: HttpRequest) -> HttpResponse:
    """Offer to become each demo person, town by town."""
    towns = {town.slug: town for town in Territory.objects.filter(is_fictional=True)}
    residents = [(person, towns.get(person.where)) for person in demo_cast() if not person.is_staff]
    staff = [(person, towns.get(person.where)) for person in demo_cast() if person.is_staff]
    context = {"residents": residents, "staff": staff, "sent": outbox.messages(limit=4)}
    return render(request, "demonstration/home.html", context)


@demo_only
@require_POST
def become(request: HttpRequest) -> HttpResponse:
    """Sign in as the person chosen, and go where they are at home."""
    person = next((person for person in demo_cast() if person.key == request.POST.get("person")), None)
    if person is None:
        raise Http404
    sign_in_as(request, person)
    return redirect(_home_of(person, request.LANGUAGE_CODE))


def _home_of(person: DemoPerson, language: str) -> str:
    town = Territory.objects.filter(slug=person.where).first()
    return territory_path(town, language, "/bureau/" if person.is_staff else "/")


@demo_only
def messages(request: HttpRequest) -> HttpResponse:
    """Show what was sent, newest first; by channel, by address."""
    chosen = {"channel": request.GET.get("canal", ""), "address": request.GET.get("a", "").strip()}
    rows = list(outbox.messages(limit=A_PAGE + 1, before=_before(request), **chosen))
    older = rows[A_PAGE - 1].at if len(rows) > A_PAGE else None
    context = {"messages_sent": rows[:A_PAGE], "older": older, "channels": CHANNELS, "people": demo_cast(), **chosen}
    return render(request, "demonstration/messages.html", context)


def _before(request: HttpRequest) -> datetime | None:
    try:
        return parse_datetime(request.GET.get("avant", ""))
    except ValueError:
        return None


@demo_only
def message(request: HttpRequest, message_id: UUID) -> HttpResponse:
    """Show one message: its text, and its HTML as a mail program would draw it."""
    return render(request, "demonstration/message.html", {"sent": outbox.message(message_id)})


@demo_only
def message_html(request: HttpRequest, message_id: UUID) -> HttpResponse:
    """Return the HTML part of a message, for the frame of its page."""
    return HttpResponse(outbox.message(message_id).html, headers={"Content-Security-Policy": MESSAGE_POLICY})
