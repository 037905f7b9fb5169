"""What is told to whoever asked for the news of their town."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.utils.html import strip_tags
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from parvis.core.events.operations import Event
from parvis.core.notifications.queries import interested_in
from parvis.core.registry.entries import Notice, Recipient
from parvis.core.registry.topics import Topic, Weight

from .models import NewsPage
from .sources import path_in_town

NEWS = "content.news"
JUST_NOW = timedelta(minutes=15)  # a page that is published again after a correction is no news

TOPICS = [
    Topic(NEWS, _("News of the town"), _("What the municipality publishes"), weight=Weight.NEWS, order=50),
]


def _page(event: Event) -> NewsPage | None:
    return NewsPage.objects.live().filter(pk=event.data["page"]).first()


def readers(event: Event) -> Iterable[Recipient]:
    """Yield who asked for news, when this is some: published for the first time, by the town itself."""
    page = _page(event)
    first = page.first_published_at if page else None
    if first is not None and abs(event.at - first) <= JUST_NOW:
        yield from (Recipient(person_id=person_id) for person_id in interested_in(NEWS))


def words(event: Event) -> Mapping[str, Any]:
    """Return what the templates need, in the language in force where the page was written in it."""
    page = _page(event)
    if page is None:
        return {"title": "", "path": ""}
    shown = page.in_language((get_language() or "fr")[:2])
    return {
        "title": shown.title,
        "intro": strip_tags(str(shown.intro or "")),
        "path": path_in_town(page),
        "label": _("Read the news"),
    }


NOTICES = [
    Notice(
        "content.published",
        to="readers",
        audience=readers,
        context=words,
        topic=NEWS,
        template="content/notices/news",
        reason=_("You asked for the news of your town."),
    )
]
