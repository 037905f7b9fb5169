"""Its page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def hello(request: HttpRequest) -> HttpResponse:
    """Greet."""
    return render(request, "greeting/hello.html")
