"""What helps while a report is being written: the kinds its words may mean, the questions of a kind, reports nearby."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from parvis.modules.issues import queries
from parvis.modules.issues.forms import ReportForm
from parvis.modules.issues.models import Category
from parvis.modules.issues.operations import MOST_LETTERS
from parvis.modules.issues.queries.assets import THING, asset_by_id, picture_around, things_near
from parvis.modules.issues.suggesting.suggester import suggest


@never_cache
@require_POST
def helping(request: HttpRequest) -> HttpResponse:
    """Answer with the parts of the form that depend on what is written so far, as HTML by name."""
    signed_in, kind = request.actor.person_id is not None, request.POST.get("category", "")
    form = ReportForm(territory=request.territory, signed_in=signed_in, initial={"category": kind})
    return parts_of(request, {"form": form, **help_with(request.POST), "signed_in": signed_in})


def parts_of(request: HttpRequest, context: dict[str, Any]) -> JsonResponse:
    """Return the parts that help, drawn, by name: residents and staff have the same."""
    names = ("suggestions", "similar", "questions", "things")
    return JsonResponse({name: render_to_string(f"issues/{name}.html", context, request=request) for name in names})


def help_with(said: Mapping[str, str], *, staff: bool = False) -> dict[str, Any]:
    """Return the suggestions for the words sent, and the open reports and things near the place sent.

    With `staff`, the things that are not public too.
    """
    words = said.get("description", "")[:MOST_LETTERS]
    category = queries.categories().filter(slug=said.get("category", "")[:50]).first()
    suggestions = suggest(words) if words.strip() else []
    place = _place(said)
    near = queries.similar_to(lat=place[0], lon=place[1], category=category, text=words) if place else []
    return {"suggestions": suggestions, "similar": near, "things": _things(said, place, category, staff)}


def _things(
    said: Mapping[str, str], place: tuple[float, float] | None, category: Category | None, staff: bool
) -> dict[str, Any]:
    """Return the things of the municipality near a place that a report of that kind may be about, and their picture."""
    if place is None or category is None or not category.asset_kinds:
        return {}
    chosen = asset_by_id(said.get("asset") or said.get("place_ref", "").removeprefix(THING))
    near = things_near(*place, category.asset_kinds, chosen=chosen.pk if chosen else None, public_only=not staff)
    return {"near": near, "picture": picture_around(category.territory, *place, near, title=category.label)}


def _place(said: Any) -> tuple[float, float] | None:
    try:
        lat, lon = float(said["place_lat"]), float(said["place_lon"])
    except (KeyError, ValueError):
        return None
    return (lat, lon) if -90 <= lat <= 90 and -180 <= lon <= 180 else None
