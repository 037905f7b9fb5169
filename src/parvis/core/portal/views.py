"""The pages of the portal."""

from datetime import datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from parvis.core.content import queries as content
from parvis.core.geo import drawing
from parvis.core.identity.entering import ask_first
from parvis.core.registry.entries import Window
from parvis.core.registry.registry import registry
from parvis.core.tenancy.context import use
from parvis.core.tenancy.guard import Scope
from parvis.core.tenancy.models import Territory, TerritoryKind
from parvis.core.tenancy.switches import switched_on
from parvis.core.territories import queries as ties
from parvis.core.ui.pagecache import MARKS, part, public_page
from parvis.core.ui.shell import prefix_of

from . import agenda, layers, search
from .standing import same_page, stays_of

AHEAD = timedelta(days=60)
MY_DATES = 12  # in my space; what comes later moves up
SQUARE = ("intro", "stones", "coming", "news")
TONES = {"ok": "done", "info": "doing"}


@require_safe
@public_page
def home(request: HttpRequest) -> HttpResponse:
    """Show the town's square: plain verbs, today, what is near; or the list of towns at the door."""
    if request.territory is None:
        return door(request)
    now = timezone.now()
    context = {
        "greeting": _greeting(request, now),
        "picture": part(request, "square map", lambda: _picture(request.territory)),
        **{name: part(request, name, partial(_square, request, now, name), unmoved_by=MARKS) for name in SQUARE},
    }
    return render(request, "portal/home.html", context)


def _square(request: HttpRequest, now: datetime, name: str) -> str:
    """Draw a piece of what everyone finds on the square; what lies on the map is drawn apart."""
    town = request.territory
    context: dict[str, Any] = {"prefix": request.language_prefix}
    if name == "intro":
        context |= {"written": content.home()}
    elif name == "stones":
        context |= {"stones": search.menu(), "members": ties.members_of(town.pk) if town.is_regional else ()}
    elif name == "coming":
        context |= {"today": agenda.entries(now - timedelta(hours=2), now + timedelta(days=14))[:4]}
    else:
        context |= {"news": content.latest_news()}
    return render_to_string(f"portal/square/{name}.html", context)


def _greeting(request: HttpRequest, now: datetime) -> str:
    if request.person is None:
        return request.territory.name
    hour = now.astimezone(ZoneInfo(request.territory.timezone)).hour
    first = request.person.name.split()[0] if request.person.name else ""
    if 5 <= hour < 18:
        return gettext("Good day, %(name)s.") % {"name": first}
    return gettext("Good evening, %(name)s.") % {"name": first}


def _picture(territory: Territory) -> str:
    box = drawing.village_window(territory)
    window = Window(box.south, box.west, box.north, box.east, 15)
    marks = [
        drawing.Mark(shown.item.lat, shown.item.lon, str(shown.item.label), TONES.get(shown.item.tone, ""), shown.url)
        for layer in layers.layers()
        if layer.entry.on
        for shown in layer.features(window, 40)
        if shown.item.tone != "ok"
    ][:15]
    return drawing.svg(territory, box, marks=marks, title=gettext("Map: %(name)s") % {"name": territory.name})


def door(request: HttpRequest) -> HttpResponse:
    """Show the territories of this instance: choose yours."""
    listed = Territory.objects.filter(is_listed=True)
    towns = listed.filter(kind__in=[TerritoryKind.MUNICIPALITY, TerritoryKind.FIRST_NATION]).order_by("name")
    bodies = listed.exclude(pk__in=towns).order_by("name")
    return render(request, "portal/door.html", {"towns": towns, "bodies": bodies})


@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """Answer the search field."""
    if request.territory is None:
        return redirect("portal:home")
    asked = request.GET.get("q", "")
    found = search.search(request.territory, asked)
    return render(request, "portal/search.html", {"asked": asked, "found": found})


@require_safe
@public_page
def map_page(request: HttpRequest) -> HttpResponse:
    """Show the one public map, with the same things as a list."""
    town = request.territory
    box = drawing.window(town) if town.is_regional else drawing.village_window(town, 2000)
    window = Window(box.south, box.west, box.north, box.east, 15)
    listed = [(layer, layer.features(window, 25)) for layer in layers.layers() if layer.entry.on]
    context = {"picture": _picture(request.territory), "listed": listed}
    return render(request, "portal/map.html", context)


@require_safe
def map_data(request: HttpRequest) -> HttpResponse:
    """Answer what the map's script needs."""
    return JsonResponse(layers.description(request.territory))


@require_safe
def layer(request: HttpRequest, name: str) -> HttpResponse:
    """Answer one layer in a window, as GeoJSON."""
    window = layers.read_window(request.GET.get("bbox", ""), request.GET.get("zoom", ""))
    response = JsonResponse(layers.geojson(layers.layer_of(name), window), content_type="application/geo+json")
    response.headers["Cache-Control"] = "private, no-cache"  # what another town lends is gone when it says so
    return response


@require_safe
@public_page
def calendar(request: HttpRequest) -> HttpResponse:
    """Show the one calendar of the town."""
    now = timezone.now()
    only = request.GET.get("source", "")
    found = agenda.entries(now - timedelta(hours=2), now + AHEAD, only=only)
    return render(request, "portal/agenda.html", {"entries": found, "sources": agenda.sources(), "only": only})


@require_safe
def calendar_feed(request: HttpRequest) -> HttpResponse:
    """Answer the calendar as iCalendar, for a phone to subscribe to."""
    now = timezone.now()
    found = agenda.entries(now - timedelta(days=30), now + timedelta(days=365), only=request.GET.get("source", ""))
    body = agenda.icalendar_of(request.territory, request.LANGUAGE_CODE, found, title=request.territory.name, now=now)
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = f'inline; filename="{request.territory.slug}.ics"'
    response.headers["Cache-Control"] = "no-cache"  # what another town shows here is gone when it says so
    return response


@require_safe
def my_space(request: HttpRequest) -> HttpResponse:
    """Gather everything of mine, across territories."""
    if request.person is None:
        return redirect(f"{reverse('account_login')}?next={request.path}")
    on = switched_on()
    with use(scope=Scope.MINE):
        mine = [entry for module, entry in registry().gather("my_menu") if module.name in on]
        entries = [(entry, entry.count(request.person.pk) if entry.count else 0) for entry in mine]
    entries.sort(key=lambda pair: pair[0].order)
    now = timezone.now()
    dates = agenda.mine(request.person.pk, now - timedelta(hours=2), now + AHEAD)[:MY_DATES]
    stays = stays_of(request.person)
    return render(request, "portal/my_space.html", {"entries": entries, "dates": dates, "stays": stays})


@login_required
@require_safe
def towns(request: HttpRequest) -> HttpResponse:
    """List the towns that see me, with what each sees, to withdraw from any of them."""
    stays, today = stays_of(request.person), timezone.localdate()
    return render(request, "portal/towns.html", {"stays": stays, "today": today, "me": request.person})


@require_safe
def arrive(request: HttpRequest) -> HttpResponse:
    """Come from another town: to the same page here if there is one; the first time, say first what it would see."""
    if request.territory is None:
        return redirect("portal:home")
    asked = request.GET.get("page", "/")
    path, is_same = same_page(asked)
    if not is_same:
        said = gettext("%(town)s has not that very page: here is the nearest one.")
        messages.info(request, said % {"town": request.territory.name})
    onward = f"{prefix_of(request)}{path}"
    return ask_first(request, onward) or redirect(onward)


@require_safe
def site_map(request: HttpRequest) -> HttpResponse:
    """List every page of the portal by its name, for whoever likes lists."""
    on = switched_on() if request.territory else frozenset()
    pages = sorted((entry for module, entry in registry().gather("pages") if module.name in on), key=lambda e: e.order)
    return render(request, "portal/site_map.html", {"stones": search.menu(), "pages": pages})
