"""What the link of a mail opens: a page for people, one post for mail programs (RFC 8058). No session is needed."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from .. import operations
from ..topics import topics
from ..unsubscribing import ALL_DIGESTS, way_of


# The token in the address says who asks: a mail program posts without a cookie, from nowhere.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Say what the link would stop, stop it when posted, take it back when asked. Looking changes nothing."""
    way = way_of(token)
    topic = topics().get(way.topic)
    state = "asked"
    if request.method == "POST":
        state = "undone" if request.POST.get("undo") else "done"
        operation = operations.undo_unsubscribe if state == "undone" else operations.unsubscribe
        operation(way, now=timezone.now())
    context = {"state": state, "topic": topic, "is_digest": way.topic == ALL_DIGESTS, "token": token}
    return render(request, "notifications/unsubscribe.html", context)
