"""The map's data over the web: address search, nearest door, vector tiles, drawn previews. All of it is public."""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from parvis.core.tenancy.models import Territory

from . import districts, drawing, queries, tiles
from .forms import PlaceForm, PreviewForm, SearchForm

_HOUR, _YEAR = 3600, 31_536_000


def _territory(request: HttpRequest) -> Territory:
    territory = getattr(request, "territory", None)
    if territory is None:
        raise Http404("the map belongs to a territory")
    return territory


def _refused(form: SearchForm | PlaceForm) -> JsonResponse:
    detail = {field: [str(error) for error in errors] for field, errors in form.errors.items()}
    problem = {"type": "about:blank", "title": "Invalid", "status": 422, "errors": detail}
    return JsonResponse(problem, status=422, content_type="application/problem+json")


@require_safe
def addresses(request: HttpRequest) -> HttpResponse:
    """Answer `?q=` with at most eight addresses, streets and places, the best first."""
    territory, form = _territory(request), SearchForm(request.GET)
    if not form.is_valid():
        return _refused(form)
    found = queries.search_addresses(territory, form.cleaned_data["q"], near=form.near)
    response = JsonResponse({"results": [answer.as_json() for answer in found]})
    patch_cache_control(response, public=True, max_age=60)
    return response


@require_safe
def nearest(request: HttpRequest) -> HttpResponse:
    """Answer `?lat=&lon=` with the nearest door or street, the district, and whether the place is in the territory."""
    territory, form = _territory(request), PlaceForm(request.GET)
    if not form.is_valid():
        return _refused(form)
    lat, lon = form.cleaned_data["lat"], form.cleaned_data["lon"]
    found, district = queries.describe(territory, lat, lon), districts.locate(territory, lat, lon)
    is_inside = districts.is_inside(territory, lat, lon)
    other = None if is_inside else districts.neighbour_at(territory, lat, lon)
    answer = {
        "found": found.as_json() if found else None,
        "district": district.name if district else None,
        "inside": is_inside,
        "neighbour": {"name": other.name, "slug": other.slug} if other else None,
    }
    return JsonResponse(answer, headers={"Cache-Control": "private, max-age=60"})


@require_safe
def tile(request: HttpRequest, z: int, x: int, y: int) -> HttpResponse:
    """Answer a vector tile; 204 when it is empty, 304 when the reader has it, 404 when there is no such tile."""
    territory = _territory(request)
    etag = f'"{districts.edition(territory)}-{z}-{x}-{y}"'
    if request.headers.get("If-None-Match") == etag:
        return _cached(HttpResponse(status=304), etag, request)
    try:
        content = tiles.tile(territory, z, x, y)
    except ValueError as error:
        raise Http404("no such tile") from error
    response = HttpResponse(content, content_type="application/vnd.mapbox-vector-tile", status=200 if content else 204)
    return _cached(response, etag, request)


def _cached(response: HttpResponse, etag: str, request: HttpRequest) -> HttpResponse:
    """A tile asked for with its edition (`?v=`) never changes; without, it is asked again after an hour."""
    response["ETag"] = etag
    if request.GET.get("v", "-") in etag:
        patch_cache_control(response, public=True, max_age=_YEAR, immutable=True)
    else:
        patch_cache_control(response, public=True, max_age=_HOUR)
    return response


@require_safe
def tilejson(request: HttpRequest) -> HttpResponse:
    """Answer the TileJSON of the territory: where its tiles are, its bounds and its middle."""
    territory = _territory(request)
    sample = reverse("geo:tile", kwargs={"z": 0, "x": 0, "y": 0})
    url = request.build_absolute_uri(sample).replace("/0/0/0.mvt", "/{z}/{x}/{y}.mvt")
    response = JsonResponse(tiles.tilejson(territory, url))
    patch_cache_control(response, public=True, max_age=60)
    return response


@require_safe
def preview(request: HttpRequest) -> HttpResponse:
    """Answer a drawn image (SVG) around `?lat=&lon=`, or of the whole territory without them."""
    territory, form = _territory(request), PreviewForm(request.GET)
    if request.GET.keys() & {"lat", "lon"}:
        if not form.is_valid():
            return _refused(form)
        data = form.cleaned_data
        window = drawing.around(data["lat"], data["lon"], data["reach"] or 400)
        size = (data["width"] or drawing.SIZE[0], data["height"] or drawing.SIZE[1])
    else:
        window, size = drawing.window(territory), drawing.SIZE
    image = drawing.svg(territory, window, size, title=territory.name, standalone=True)
    response = HttpResponse(image, content_type="image/svg+xml")
    patch_cache_control(response, public=True, max_age=_HOUR)
    return response
