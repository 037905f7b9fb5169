"""Reads: a territory's pages, news and guides. Row-level security keeps to the territory in force."""

from collections.abc import Iterable
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import get_language

from parvis.core.tenancy.addresses import territory_path, townless
from parvis.core.tenancy.context import current_territory_id
from parvis.core.tenancy.models import Territory
from parvis.core.territories import queries as ties
from parvis.core.territories.lending import borrowing
from parvis.core.territories.models import Kind

from .models import GuideIndex, GuidePage, NewsIndex, NewsPage, PictureRendition, TerritoryRoot

CARD = "fill-480x320|format-webp"  # the size of a picture beside a piece of news


def root_of(territory_id: UUID | None) -> TerritoryRoot | None:
    """Return the top of a territory's pages, or None before it was made."""
    if territory_id is None:
        return None
    return TerritoryRoot.objects.select_related("picture").filter(territory_id=territory_id).first()


def home() -> TerritoryRoot | None:
    """Return what the territory in force wrote for its home page (`.shown` has the words), or None."""
    root = root_of(current_territory_id())
    return root if root is not None and root.live else None


def latest_news(limit: int = 3) -> list[NewsPage]:
    """Return the news for the home page: our pinned ones first, then the latest, ours and what we show of others.

    What another territory publishes is marked: `run_by` is that territory, None for our own.
    """
    keys = news_keys(limit)
    return news_of(sorted(keys, key=lambda key: (key.is_pinned, key.order), reverse=True)[:limit])


@dataclass(frozen=True, slots=True)
class NewsKey:
    """Where a piece of news stands in a list, and whose it is: `run_by` is None for our own, `is_pinned` only then."""

    order: tuple[date, int]
    is_pinned: bool
    run_by: Territory | None = None


def news_keys(most: int | None = None) -> list[NewsKey]:
    """Return the news shown here, ours and that of those whose news we show, the latest first.

    With `most`, no more than that of each: our pinned ones and the latest.
    """
    found = _keys(None, most)
    for lender in ties.lenders(current_territory_id(), Kind.NEWS):
        with borrowing(lender, Kind.NEWS):
            found += _keys(lender, most)
    return sorted(found, key=lambda key: key.order, reverse=True)


def _keys(run_by: Territory | None, most: int | None) -> list[NewsKey]:
    order = ["-published_on", "-pk"] if run_by else ["-is_pinned", "-published_on", "-pk"]
    rows = published_news().order_by(*order).values_list("published_on", "pk", "is_pinned")[:most]
    return [NewsKey((day, pk), pinned and run_by is None, run_by) for day, pk, pinned in rows]


def news_of(keys: Iterable[NewsKey]) -> list[NewsPage]:
    """Return the news of some keys, in their order, each marked with whose it is."""
    keys, found = list(keys), dict[int, NewsPage]()
    for run_by in {key.run_by for key in keys}:
        asked = [key.order[1] for key in keys if key.run_by == run_by]
        with borrowing(run_by, Kind.NEWS) if run_by else nullcontext():
            for page in published_news().filter(pk__in=asked):
                page.run_by = run_by
                if run_by is not None:
                    page.card_url, page.picture = _drawn_card(page, run_by), None
                found[page.pk] = page
    return [found[key.order[1]] for key in keys if key.order[1] in found]


def _drawn_card(page: NewsPage, town: Territory) -> str:
    """Return the address of the small picture that a town drew of its own when it published; we draw none for it."""
    drawn = PictureRendition.objects.filter(image_id=page.picture_id, filter_spec=CARD).first()
    if drawn is None:
        return ""
    with townless():
        return territory_path(town, (get_language() or "fr")[:2], drawn.url)


def published_news() -> QuerySet[NewsPage]:
    """Return the news that everyone may read."""
    return NewsPage.objects.live().select_related("picture")


def published_guides() -> QuerySet[GuidePage]:
    """Return the guides that everyone may read, in the clerk's order."""
    return GuidePage.objects.live().order_by("path")


def dated_news(start: datetime, end: datetime) -> QuerySet[NewsPage]:
    """Return the published news that happens between two moments, what has begun and is not over included."""
    lasting = Q(starts_at__gte=start) | Q(ends_at__gt=start)
    return published_news().filter(lasting, starts_at__lt=end).order_by("starts_at")


def news_index() -> NewsIndex | None:
    """Return the list of news of the territory in force."""
    return NewsIndex.objects.live().first()


def guide_index() -> GuideIndex | None:
    """Return the list of guides of the territory in force."""
    return GuideIndex.objects.live().first()
