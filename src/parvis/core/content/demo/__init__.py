"""The demo's part: for each town its home text, its news and its guides in three languages, and two drawn pictures."""

import tomllib
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.core.files.base import ContentFile
from wagtail.models import Page

from parvis.core.content.models import (
    GuideIndex,
    GuidePage,
    NewsIndex,
    NewsPage,
    Picture,
    TerritoryRoot,
    TownPage,
)
from parvis.core.content.operations import ensure_territory_content, note_published
from parvis.core.registry.stage import Stage
from parvis.core.tenancy.context import use
from parvis.lib.actor import Actor

from . import drawing
from .marks import blocks, french_spaces
from .words import contact_of, words_of

DATA = Path(__file__).parent.parent / "data"
LANGUAGES = ("fr", "en", "es")
FEWEST_NEWS = 4


def load(stage: Stage) -> None:
    """Write the pages of one territory."""
    ensure_territory_content(stage.territory)
    with use(territory=stage.territory):
        writer = _Writer(stage)
        writer.home()
        writer.guides()
        writer.news()


def _read(kind: str, *names: str) -> list[dict[str, Any]]:
    texts = ((DATA / f"{name}.toml").read_text(encoding="utf-8") for name in names)
    return [entry for text in texts for entry in tomllib.loads(text)[kind]]


class _Writer:
    def __init__(self, stage: Stage) -> None:
        self.stage, self.territory = stage, stage.territory
        slugs = [town.slug for town in stage.region.municipalities]
        self.is_regional = stage.municipality is None
        self.order = slugs.index(stage.territory.slug) if stage.territory.slug in slugs else len(slugs)
        self.words = {language: words_of(stage, language, self.order) for language in LANGUAGES}
        self.contact = contact_of(stage.territory, stage)
        self.root = TerritoryRoot.objects.get(territory=stage.territory)

    def texts(self, entry: dict[str, Any]) -> dict[str, Any]:
        """Return the fields of a page in the languages that the entry has."""
        fields: dict[str, Any] = {}
        for language in LANGUAGES:
            if language not in entry:
                continue
            suffix = "" if language == "fr" else f"_{language}"
            said = {key: text.format(**self.words[language]) for key, text in entry[language].items()}
            if language == "fr":
                said = {key: french_spaces(text) for key, text in said.items()}
            fields[f"title{suffix}"] = said["title"]
            fields[f"intro{suffix}"] = said["intro"]
            fields[f"body{suffix}"] = blocks(said["text"], self.contact)
        return fields

    def fits(self, entry: dict[str, Any]) -> bool:
        """Tell whether the town has what the text speaks of."""
        return not entry.get("needs") or bool(self.words["fr"][entry["needs"]])

    def picture(self, title: str, alt: str, body: bytes) -> Picture:
        return Picture.objects.create(
            title=title,
            description=alt,
            collection=self.root.collection,
            file=ContentFile(body, name=f"{self.territory.slug}.jpg"),
        )

    def home(self) -> None:
        """Write the home page's own words, with the picture of the village."""
        name = self.territory.name
        for field, value in self.texts(_read("home", "home")[0]).items():
            setattr(self.root, field, value)
        alt = f"Dessin du village de {name}, avec son église et sa rivière."
        self.root.picture = self.picture(f"Le village, {name}", alt, drawing.village(self.order + 1))
        self.root.save()
        self._publish(self.root, self.stage.now)

    def guides(self) -> None:
        """Write the guides; the smallest towns have fewer."""
        index = GuideIndex.objects.child_of(self.root).get()
        names = ("guides_region",) if self.is_regional else ("guides", "guides_town")
        entries = [entry for entry in _read("guide", *names) if self.fits(entry)]
        for number, entry in enumerate(entries):
            page = GuidePage(
                slug=entry["slug"],
                icon=entry["icon"],
                keywords=entry["keywords"],
                reviewed_on=(self.stage.now - timedelta(days=20 + 9 * number)).date(),
                **self.texts(entry),
            )
            if entry["slug"] == "conseil-municipal":
                name = self.territory.name
                alt = f"Dessin de l'hôtel de ville de {name}, avec son drapeau."
                body = drawing.town_hall(self.order + 1, self.territory.brand)
                page.picture = self.picture(f"L'hôtel de ville, {name}", alt, body)
            index.add_child(instance=page)
            self._publish(page, self.stage.now - timedelta(days=20 + 9 * number))

    def news(self) -> None:
        """Write four to six pieces of news; the towns do not all have the same."""
        index = NewsIndex.objects.child_of(self.root).get()
        entries = [entry for entry in _read("news", "news_region" if self.is_regional else "news") if self.fits(entry)]
        if len(entries) > FEWEST_NEWS:
            del entries[1 + self.order % (len(entries) - 1)]
        for entry in entries:
            moment = self.stage.now + timedelta(days=entry["days"] - self.order % 3)
            page = NewsPage(slug=entry["slug"], published_on=moment.date(), **self.texts(entry))
            page.is_pinned = entry.get("pinned", False)
            if "event" in entry:
                page.starts_at = self._moment(entry["event"] + self.order % 4, entry["hour"])
                page.ends_at = page.starts_at + timedelta(hours=2)
                page.place = entry.get("place", "").format(**self.words["fr"])
            if page.is_pinned or "picture" in entry:
                page.picture = self.root.picture
            index.add_child(instance=page)
            self._publish(page, moment)

    def _moment(self, days: int, hour: int) -> datetime:
        zone = ZoneInfo(self.territory.timezone)
        day = self.stage.now.astimezone(zone) + timedelta(days=days)
        return day.replace(hour=hour, minute=0, second=0, microsecond=0)

    def _publish(self, page: TownPage, moment: datetime) -> None:
        """Write the page's first version as published then: Wagtail's own way saves and indexes it five times."""
        revision = page.save_revision(clean=False, changed=False)
        Page.objects.filter(pk=page.pk).update(
            live_revision=revision,
            first_published_at=moment,
            last_published_at=moment,
            latest_revision_created_at=moment,
        )
        note_published(
            actor=Actor.system(self.territory.pk), page_id=page.pk, event="content.published", now=self.stage.now
        )
