"""An empty Django view, served like the house: what the baseline of public pages is."""

import sys

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path


def nothing(request: HttpRequest) -> HttpResponse:
    """Answer nothing, and say that it is nothing: an answer without a length goes out in pieces."""
    return HttpResponse(headers={"Content-Length": "0"})


urlpatterns = [path("", nothing)]


def application() -> object:
    """Return the WSGI application: one address, no middleware, no database."""
    settings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"], SECRET_KEY="nothing to sign")
    return get_wsgi_application()


if __name__ == "__main__":
    from parvis.project.cli.serve import web_server

    web_server("127.0.0.1", int(sys.argv[1]), int(sys.argv[2]), 4).serve(target_loader=application, wrap_loader=False)
