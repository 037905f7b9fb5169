"""What the one search field and the one calendar read from a territory's pages."""

from collections.abc import Iterator
from datetime import datetime

from django.utils import translation
from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from wagtail.models import Page
from wagtail.query import PageQuerySet

from parvis.core.registry.entries import AgendaItem, Document

from . import queries
from .models import GuidePage, NewsPage, TownPage


def path_in_town(page: TownPage) -> str:
    """Return the page's address inside its territory (``/nouvelles/…``), without town and language."""
    return "/" + page.url_path.strip("/").partition("/")[2] + "/"


def plain_text(page: TownPage, language: str) -> str:
    """Return the words of a page without markup, for the search; its blocks answer in the language in force."""
    shown = page.in_language(language)
    parts = [shown.intro]
    for block in shown.body:
        parts += block.block.get_searchable_content(block.value)
    return " ".join(strip_tags(str(part)) for part in parts if part)


def _documents_of(page: TownPage) -> Iterator[Document]:
    for language in page.languages():
        with translation.override(language):
            hint = _("Guide") if isinstance(page, GuidePage) else _("News") if isinstance(page, NewsPage) else _("Page")
            text = plain_text(page, language)
        yield Document(
            ref=str(page.pk),
            title=page.in_language(language).title,
            url=path_in_town(page),
            text=text,
            keywords=getattr(page, "keywords", ""),
            hint=hint,
            language=language,
            at=page.last_published_at,
            weight=1.4 if isinstance(page, GuidePage) else 1.0,
        )


def documents() -> Iterator[Document]:
    """Yield every published page of the territory in force, once for each language it was written in."""
    yield from _written_in(Page.objects.all())


def document(ref: str) -> Iterator[Document]:
    """Yield one published page again, once for each language it was written in."""
    yield from _written_in(Page.objects.filter(pk=ref))


def _written_in(pages: PageQuerySet) -> Iterator[Document]:
    for page in pages.filter(depth__gte=3).live().public().specific():
        if isinstance(page, TownPage):
            yield from _documents_of(page)


def agenda(start: datetime, end: datetime) -> Iterator[AgendaItem]:
    """Yield the news that happens between two moments."""
    for news in queries.dated_news(start, end):
        yield AgendaItem(
            ref=f"content-news-{news.pk}",
            title=news.shown.title,
            starts_at=news.starts_at,
            ends_at=news.ends_at,
            place=news.place,
            url=path_in_town(news),
            text=news.shown.intro,
        )
