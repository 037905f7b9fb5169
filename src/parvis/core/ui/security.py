"""Headers that every answer carries."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

# Nothing is ever requested from a third party; a configured tile source is the one exception a town can make.
POLICY = (
    "default-src 'self'; img-src 'self' data: blob:{tiles}; connect-src 'self'{tiles}; style-src 'self'{inline}; "
    "script-src 'self'{inline}; worker-src 'self' blob:; font-src 'self'; object-src 'none'; base-uri 'self'; "
    "frame-ancestors 'self'; form-action 'self'"
)


class SecurityHeadersMiddleware:
    """Sets the content security policy and the permissions policy.

    Wagtail's own screens use inline scripts and styles; theirs is the only looser policy.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        tiles = f" {settings.TILES.origin}".rstrip() if settings.TILES else ""
        self.strict = POLICY.format(tiles=tiles, inline="")
        self.staff = POLICY.format(tiles=tiles, inline=" 'unsafe-inline'")

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with the policies."""
        response = self.get_response(request)
        is_staff_screen = "/bureau/" in request.path
        response.headers.setdefault("Content-Security-Policy", self.staff if is_staff_screen else self.strict)
        response.headers.setdefault("Permissions-Policy", "geolocation=(self), camera=(self), microphone=()")
        response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        return response
