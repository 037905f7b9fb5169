"""Pages and files of the interface that belong to no module."""

import hashlib
import json
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control, never_cache

from . import drawing, shell, vite
from .contrast import PAPER, PoorContrast, dark_palette, light_palette

DEFAULT_BRAND = "#0f5c4f"
YEAR = 365 * 24 * 3600
NOT_FOR_ROBOTS = ("/bureau/", "/mon-espace/", "/compte/", "/api/")
# What a form needs to be filled without a line; kept by the phones that saw one.
OFFLINE_PARTS = (
    "islands/begin",
    "islands/draft",
    "islands/photo",
    "islands/place",
    "islands/helping",
    "islands/round",
    "outbox/index",
    "outbox/store",
)


def _brand(request: HttpRequest) -> str:
    return getattr(shell.territory_of(request), "brand", "") or DEFAULT_BRAND


def _tokens(palette: Any) -> str:
    return f"--brand:{palette.brand};--brand-ink:{palette.ink};--brand-tint:{palette.tint};--brand-deep:{palette.deep}"


@cache_control(public=True, max_age=YEAR, immutable=True)
def colours(request: HttpRequest) -> HttpResponse:
    """The territory's colours in both themes. The page's link names the colour, so a change is seen at once."""
    brand = _brand(request)
    try:
        light = light_palette(brand)
    except (PoorContrast, ValueError):
        brand = DEFAULT_BRAND
        light = light_palette(brand)
    day, night = _tokens(light), _tokens(dark_palette(brand))
    css = (
        f":root{{{day}}}@media (prefers-color-scheme:dark){{:root:not([data-theme=light]){{{night}}}}}"
        f":root[data-theme=dark]{{{night}}}"
    )
    return HttpResponse(css, content_type="text/css; charset=utf-8")


@cache_control(no_cache=True)
def service_worker(request: HttpRequest) -> HttpResponse:
    """The service worker, told which built files make the shell; its text changes whenever one of them does."""
    built = vite.path_of("sw")
    if built is None:
        return HttpResponse("// not built\n", content_type="text/javascript; charset=utf-8", status=404)
    entry = vite.entry("main")
    shell_files = [entry.script, *entry.styles, *entry.fonts, vite.entry("theme").script, reverse("ui:colours")]
    script = built.read_text(encoding="utf-8")
    islands = vite.parts(OFFLINE_PARTS)
    version = hashlib.sha256("".join([script, *shell_files, *islands]).encode()).hexdigest()[:12]
    config = {
        "version": version, "shell": shell_files, "islands": islands,
        "offline": reverse("ui:offline"), "static": settings.STATIC_URL,
    }  # fmt: skip
    body = f"self.parvis={json.dumps(config)};\n{script}"
    return HttpResponse(body, content_type="text/javascript; charset=utf-8", headers={"Service-Worker-Allowed": "/"})


@cache_control(public=True, max_age=3600)
def web_manifest(request: HttpRequest) -> JsonResponse:
    """What a phone needs to install the territory's portal."""
    place = shell.territory_of(request)
    home = f"{shell.prefix_of(request)}/"
    icons = [
        {"src": reverse("ui:icon", args=[size]), "sizes": f"{size.split('-')[0]}x{size.split('-')[0]}",
         "type": "image/png", "purpose": "maskable" if "plein" in size else "any"}
        for size in ("192", "512", "512-plein")
    ]  # fmt: skip
    manifest = {
        "id": f"{getattr(request, 'town_prefix', '')}/",
        "name": getattr(place, "name", None) or "Parvis",
        "short_name": (getattr(place, "name", None) or "Parvis")[:24],
        "description": _("Every service of the community, in one place."),
        "lang": get_language() or "fr",
        "start_url": home,
        "scope": "/",
        "display": "standalone",
        "background_color": PAPER,
        "theme_color": _brand(request),
        "icons": icons,
    }
    return JsonResponse(manifest, content_type="application/manifest+json")


@cache_control(public=True, max_age=30 * 24 * 3600)
def app_icon(request: HttpRequest, size: str) -> HttpResponse:
    """The mark on the territory's colour, as PNG; ``512-plein`` bleeds to the edge for phones that cut a shape."""
    if size not in {"192", "512", "512-plein"}:
        return HttpResponse(status=404)
    pixels = int(size.split("-")[0])
    png = drawing.app_icon(_brand(request), pixels, full_bleed=size.endswith("plein"))
    return HttpResponse(png, content_type="image/png")


@cache_control(public=True, max_age=30 * 24 * 3600)
def favicon(request: HttpRequest) -> HttpResponse:
    """The mark for whoever asks without reading a page: feed readers, bookmarks, old browsers."""
    return HttpResponse(drawing.app_icon(_brand(request), 48, full_bleed=False), content_type="image/png")


@cache_control(public=True, max_age=24 * 3600)
def robots(request: HttpRequest) -> HttpResponse:
    """What search engines may read, in every town and language: all that is public, nothing of persons and staff."""
    closed = "".join(f"Disallow: {before}{path}\n" for path in NOT_FOR_ROBOTS for before in ("", "/*"))
    return HttpResponse(f"User-agent: *\nAllow: /\n{closed}", content_type="text/plain; charset=utf-8")


def offline(request: HttpRequest) -> HttpResponse:
    """What is shown when there is no network; kept on the phone beforehand."""
    return render(request, "ui/offline.html")


def outbox(request: HttpRequest) -> HttpResponse:
    """What waits on this phone. The page is the same for all: a script fills it from the phone's own memory."""
    return render(request, "ui/outbox.html", {"sign_in": shell.shell_of(request).sign_in})


@never_cache
def token(request: HttpRequest) -> JsonResponse:
    """A fresh CSRF token and who is signed in, for what was written offline or before a session was lost."""
    return JsonResponse({"csrf": get_token(request), "person": shell.person_key(request)})
