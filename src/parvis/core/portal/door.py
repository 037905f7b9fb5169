"""The door of the instance, in the language of whoever comes from elsewhere."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language_from_request

from parvis.core.tenancy.addresses import LANGUAGES

FROM_ELSEWHERE = frozenset({"none", "cross-site"})
"""What browsers say (Sec-Fetch-Site) of an address that was typed, or followed from another site."""


class DoorMiddleware:
    """Leads somebody who arrives at ``/`` to the door in their language; who chose French here stays with it.

    It stands before the kept pages, since the answer depends on more than the address.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer as the view does, everywhere but at the door."""
        if request.path_info != "/" or request.method not in {"GET", "HEAD"}:
            return self.get_response(request)
        language = get_language_from_request(request)[:2]
        arrives = request.headers.get("Sec-Fetch-Site") in FROM_ELSEWHERE
        if arrives and language in LANGUAGES:
            query = request.META.get("QUERY_STRING", "")
            response: HttpResponse = HttpResponseRedirect(f"/{language}/" + (f"?{query}" if query else ""))
            response.headers["Cache-Control"] = "private, no-cache"
        else:
            response = self.get_response(request)
        patch_vary_headers(response, ["Accept-Language", "Sec-Fetch-Site"])
        return response
