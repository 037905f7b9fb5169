"""Its staff screen."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from parvis.lib.errors import require

from . import rules
from .models import Greeting


def received(request: HttpRequest) -> HttpResponse:
    """List what was said."""
    require(rules.can_read(request.actor))
    return render(request, "greeting/received.html", {"greetings": Greeting.objects.all()})
