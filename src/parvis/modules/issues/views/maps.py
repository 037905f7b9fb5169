"""What the map of the reports asks for: its description, and what lies in a window."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from parvis.core.geo.drawing import window as window_of
from parvis.core.portal.layers import read_window
from parvis.modules.issues import queries
from parvis.modules.issues.forms import FilterForm


@require_safe
def description(request: HttpRequest) -> HttpResponse:
    """Answer what the map's script needs: bounds, base, the one layer, filtered as this address is."""
    asked, box = FilterForm.read(request.GET), window_of(request.territory)
    layer = {
        "name": "issues",
        "label": gettext("Reported problems"),
        "url": f"{reverse('issues:points')}?{asked.query()}",
        "on": True,
        "window": True,
        "heat": True,
    }
    base = {"tilejson": reverse("geo:tilejson")}
    return JsonResponse({"bounds": [box.west, box.south, box.east, box.north], "base": base, "layers": [layer]})


@require_safe
def points(request: HttpRequest) -> HttpResponse:
    """Answer the reports of a window that answer to the filter, or cells with their number, as GeoJSON."""
    window = read_window(request.GET.get("bbox", ""), request.GET.get("zoom", ""))
    asked = FilterForm.read(request.GET)
    found = queries.geojson(
        queries.view(asked, window), street_only=asked.category is not None and asked.category.street_only
    )
    response = JsonResponse(found, content_type="application/geo+json")
    response.headers["Cache-Control"] = "private, no-cache"
    return response
