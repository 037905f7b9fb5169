"""What helps while a report is being written: the kinds its words may mean, the questions of a kind, reports nearby."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from parvis.modules.issues import queries
from parvis.modules.issues.forms import ReportForm
from parvis.modules.issues.operations import MOST_LETTERS
from parvis.modules.issues.suggesting.suggester import suggest


@never_cache
@require_POST
def helping(request: HttpRequest) -> HttpResponse:
    """Answer with the parts of the form that depend on what is written so far, as HTML by name."""
    signed_in, kind = request.actor.person_id is not None, request.POST.get("category", "")
    form = ReportForm(territory=request.territory, signed_in=signed_in, initial={"category": kind})
    context = {"form": form, **help_with(request)}
    names = ("suggestions", "similar", "questions")
    parts = {name: render_to_string(f"issues/{name}.html", context, request=request) for name in names}
    return JsonResponse(parts)


def help_with(request: HttpRequest) -> dict[str, Any]:
    """Return the suggestions for the words sent and the open reports near the place sent."""
    said = request.POST
    words = said.get("description", "")[:MOST_LETTERS]
    category = queries.categories().filter(slug=said.get("category", "")[:50]).first()
    suggestions = suggest(words) if words.strip() else []
    place = _place(said)
    near = queries.similar_to(lat=place[0], lon=place[1], category=category, text=words) if place else []
    return {"suggestions": suggestions, "similar": near, "signed_in": request.actor.person_id is not None}


def _place(said: Any) -> tuple[float, float] | None:
    try:
        lat, lon = float(said["place_lat"]), float(said["place_lon"])
    except (KeyError, ValueError):
        return None
    return (lat, lon) if -90 <= lat <= 90 and -180 <= lon <= 180 else None
