"""An empty Django view, served like the house: what the baseline of public pages is."""

import sys

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path

from parvis.project.front import Front, Limits


def nothing(request: HttpRequest) -> HttpResponse:
    """Answer nothing, and say that it is nothing: an answer without a length goes out in pieces."""
    return HttpResponse(headers={"Content-Length": "0"})


urlpatterns = [path("", nothing)]


def application() -> Front:
    """Return the application: one address, no middleware, no database."""
    settings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"], SECRET_KEY="nothing to sign")
    return Front(get_wsgi_application(), threads=4, limits=Limits(body=0))


if __name__ == "__main__":
    from parvis.project.cli.serve import web_server

    web_server("127.0.0.1", int(sys.argv[1]), int(sys.argv[2])).serve(target_loader=application, wrap_loader=False)
