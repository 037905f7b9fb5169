"""Reads: a territory's pages, news and guides. Row-level security keeps to the territory in force."""

from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from parvis.core.tenancy.context import current_territory_id, use
from parvis.core.tenancy.guard import Scope
from parvis.core.tenancy.models import Territory

from .models import GuideIndex, GuidePage, NewsIndex, NewsPage, TerritoryRoot


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
    """Return the news for the home page: pinned first, then the latest; ours, and that of the bodies we accept.

    What another territory publishes is marked: `run_by` is that territory, None for our own.
    """
    with use(scope=Scope.NETWORK):
        news = list(published_news().order_by("-is_pinned", "-published_on", "-pk")[:limit])
    towns = {town.slug: town for town in Territory.objects.filter(slug__in={page.town_slug for page in news})}
    for page in news:
        town = towns[page.town_slug]
        page.run_by = None if town.pk == current_territory_id() else town
    return news


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
