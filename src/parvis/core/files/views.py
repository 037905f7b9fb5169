"""Serve files to who may see them."""

from uuid import UUID

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponseNotModified
from django.http.response import HttpResponseBase

from parvis.core.tenancy.context import use
from parvis.core.tenancy.guard import Scope

from . import rules
from .content import VARIANTS
from .models import StoredFile


def serve(request: HttpRequest, file_id: UUID, variant: str) -> HttpResponseBase:
    """Answer a variant of a file, or 404 whether it does not exist or may not be seen."""
    stored = StoredFile.objects.filter(pk=file_id).first()
    if stored is None and request.actor.person_id:
        with use(scope=Scope.MINE):
            stored = StoredFile.objects.filter(pk=file_id).first()
    if stored is None or not rules.can_see(request.actor, stored):
        raise Http404
    return send(request, stored, variant)


def send(request: HttpRequest, stored: StoredFile, variant: str, *also: str) -> HttpResponseBase:
    """Answer a variant of a file to whoever was found to may see it; 404 when there is none.

    `also`: other variants that this reader may see (``original``). A photo that everyone sees is asked again each time
    and mostly not sent again: once it is blurred or taken back, nobody is shown what a browser had kept.
    """
    if variant not in (*VARIANTS, *also):
        raise Http404
    etag = f'"{stored.sha256[:24]}-{variant}-{stored.version}"'
    if request.headers.get("If-None-Match") == etag:
        return HttpResponseNotModified()
    try:
        body = default_storage.open(stored.key(variant if stored.is_image else "full"))
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(body, content_type=stored.content_type, filename=stored.name)
    response.headers["ETag"] = etag
    is_everyones = stored.is_public and variant in VARIANTS
    response.headers["Cache-Control"] = "public, no-cache" if is_everyones else "private, no-cache"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
