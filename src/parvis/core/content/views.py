"""What a territory writes, as everyone reads it."""

from mimetypes import guess_type

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe
from wagtail import hooks
from wagtail.models import Page

from parvis.core.tenancy.addresses import LANGUAGES
from parvis.core.ui.pagecache import public_page

from . import queries
from .models import PictureRendition, TownDocument
from .models.translated import FIRST

YEAR = 365 * 24 * 3600
SHOWN_IN_PLACE = {"application/pdf", "image/png", "image/jpeg", "image/webp", "text/plain"}


@require_safe
@public_page
def page(request: HttpRequest, path: str) -> HttpResponse:
    """A page of the territory's own subtree."""
    root = queries.root_of(request.territory.pk if request.territory else None)
    if root is None:
        raise Http404("This territory has no pages.")
    found, args, kwargs = root.route(request, [part for part in path.split("/") if part])
    for hook in hooks.get_hooks("before_serve_page"):
        answer = hook(found, request, args, kwargs)
        if isinstance(answer, HttpResponse):
            return answer
    return found.serve(request, *args, **kwargs)


@require_safe
def picture(request: HttpRequest, rendition_id: int, name: str) -> HttpResponse:
    """A picture in one size. Its address changes with its content, so it may be kept for good."""
    rendition = get_object_or_404(PictureRendition, pk=rendition_id)
    if rendition.file.name.rpartition("/")[2] != name:
        raise Http404("The picture has another name.")
    try:
        with rendition.file.open("rb") as file:
            body = file.read()
    except FileNotFoundError:
        raise Http404("The picture's file has gone.")
    kind = guess_type(name)[0] or "application/octet-stream"
    return HttpResponse(body, content_type=kind, headers={"Cache-Control": f"public, max-age={YEAR}, immutable"})


@require_safe
def document(request: HttpRequest, document_id: int, name: str) -> HttpResponse:
    """A document, shown in place when browsers can, else downloaded; never as a page of this site."""
    found = get_object_or_404(TownDocument, pk=document_id)
    try:
        with found.file.open("rb") as file:
            body = file.read()
    except FileNotFoundError:
        raise Http404("The document's file has gone.")
    kind = guess_type(found.filename)[0] or "application/octet-stream"
    response = HttpResponse(body, content_type=kind if kind in SHOWN_IN_PLACE else "application/octet-stream")
    disposition = "inline" if kind in SHOWN_IN_PLACE else "attachment"
    response.headers["Content-Disposition"] = (
        f'{disposition}; filename="{found.filename.encode("ascii", "ignore").decode()}"'
    )
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    response.headers["Cache-Control"] = "public, max-age=300"
    return response


@require_safe
@public_page
def sitemap(request: HttpRequest) -> HttpResponse:
    """Every published page of the territory, in the languages it was written in (sitemaps.org, hreflang)."""
    if request.territory is None:
        raise Http404("A map of the site belongs to a territory.")
    pages = Page.objects.filter(depth__gte=3).live().public().order_by("path").specific()
    context = {"pages": pages, "languages": (FIRST, *LANGUAGES)}
    return render(request, "content/sitemap.xml", context, content_type="application/xml")
