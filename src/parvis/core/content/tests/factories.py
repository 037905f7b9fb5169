"""Pages, pictures and documents for tests, written in the context of their territory."""

import io
from typing import Any

from django.core.files.base import ContentFile
from PIL import Image as Raster

from parvis.core.content.models import (
    ContentPage,
    GuideIndex,
    GuidePage,
    NewsIndex,
    NewsPage,
    Picture,
    TerritoryRoot,
    TownDocument,
)
from parvis.core.content.operations import ensure_territory_content
from parvis.core.tenancy.context import use
from parvis.core.tenancy.models import Territory


def make_content(territory: Territory) -> TerritoryRoot:
    """Give a territory its pages."""
    return ensure_territory_content(territory)


def make_news(territory: Territory, title: str, **fields: Any) -> NewsPage:
    """Write a piece of news; published unless ``live=False``."""
    with use(territory=territory):
        page = NewsPage(title=title, **fields)
        NewsIndex.objects.get().add_child(instance=page)
        page.save_revision()
        return page


def make_guide(territory: Territory, title: str, **fields: Any) -> GuidePage:
    """Write a guide."""
    with use(territory=territory):
        page = GuidePage(title=title, **fields)
        GuideIndex.objects.get().add_child(instance=page)
        page.save_revision()
        return page


def make_page(territory: Territory, title: str, **fields: Any) -> ContentPage:
    """Write a plain page."""
    with use(territory=territory):
        page = ContentPage(title=title, **fields)
        TerritoryRoot.objects.get(territory=territory).add_child(instance=page)
        page.save_revision()
        return page


def png(width: int = 64, height: int = 48) -> bytes:
    """Return a small picture."""
    buffer = io.BytesIO()
    Raster.new("RGB", (width, height), "#1c5f9e").save(buffer, "PNG")
    return buffer.getvalue()


def make_picture(territory: Territory, title: str) -> Picture:
    """Add a picture to a territory."""
    with use(territory=territory):
        collection = TerritoryRoot.objects.get(territory=territory).collection
        return Picture.objects.create(
            title=title, description=title, collection=collection, file=ContentFile(png(), name="image.png")
        )


def make_document(
    territory: Territory, title: str, name: str = "reglement.txt", text: bytes = b"Texte"
) -> TownDocument:
    """Add a document to a territory."""
    with use(territory=territory):
        collection = TerritoryRoot.objects.get(territory=territory).collection
        return TownDocument.objects.create(title=title, collection=collection, file=ContentFile(text, name=name))
