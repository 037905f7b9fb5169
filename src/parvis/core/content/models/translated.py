"""One page, three languages: French first, English and Spanish beside it (docs/decisions/0010)."""

from dataclasses import dataclass
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, ObjectList, Panel, TabbedInterface
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.search import index
from wagtail.utils.decorators import cached_classmethod

from parvis.core.content.blocks import Body
from parvis.core.tenancy.addresses import LANGUAGES, territory_path
from parvis.core.tenancy.guard import Guard

FIRST = "fr"
VISIBLE = "page_ptr_id IN (SELECT id FROM wagtailcore_page)"


@dataclass(frozen=True, slots=True)
class Shown:
    """A page's words in the language that could be offered; `language` is that of the words themselves."""

    language: str
    title: str
    intro: str
    body: Any
    is_translated: bool


class TownPage(Page):
    """What every page of a territory has. French is written first; what is missing elsewhere is shown in French."""

    # The columns of a kind of page stand in a table of their own, which Django may read without the page's.
    guard: ClassVar[Guard] = Guard.system(kept_apart=VISIBLE, kept_apart_network=VISIBLE)

    title_en = models.CharField(_("title"), max_length=255, blank=True)
    title_es = models.CharField(_("title"), max_length=255, blank=True)
    intro = models.TextField(_("introduction"), blank=True, max_length=600, help_text=_("One or two sentences."))
    intro_en = models.TextField(_("introduction"), blank=True, max_length=600)
    intro_es = models.TextField(_("introduction"), blank=True, max_length=600)
    body = StreamField(Body(), verbose_name=_("text"), blank=True)
    body_en = StreamField(Body(), verbose_name=_("text"), blank=True)
    body_es = StreamField(Body(), verbose_name=_("text"), blank=True)

    search_fields = [
        *Page.search_fields,
        *(index.SearchField(f"title_{code}", boost=2) for code in LANGUAGES),
        *(index.SearchField(name) for name in ("intro", "intro_en", "intro_es", "body", "body_en", "body_es")),
        *(index.AutocompleteField(f"title_{code}") for code in LANGUAGES),
    ]

    # What stands above the text in French's tab, and in the tab of dates and settings.
    first_panels: ClassVar[list[Panel]] = []
    setting_panels: ClassVar[list[Panel]] = []

    class Meta:
        abstract = True

    @cached_classmethod
    def get_edit_handler(cls) -> TabbedInterface:  # noqa: N805  (a cached class method)
        """Return the editing form: one tab a language, one for dates and settings."""
        french = [FieldPanel("title"), FieldPanel("intro"), *cls.first_panels, FieldPanel("body")]
        tabs = [ObjectList(french, heading="Français")]
        for code, name in (("en", "English"), ("es", "Español")):
            panels = [FieldPanel(f"{field}_{code}") for field in ("title", "intro", "body")]
            tabs.append(ObjectList(panels, heading=name))
        settings_tab = [*cls.setting_panels, FieldPanel("slug"), FieldPanel("search_description"), *cls.settings_panels]
        tabs.append(ObjectList(settings_tab, heading=_("Settings")))
        return TabbedInterface(tabs, base_form_class=cls.base_form_class).bind_to_model(cls)

    @property
    def town_slug(self) -> str:
        """The slug of the territory whose subtree this is in."""
        return self.url_path.strip("/").split("/")[0]

    def get_url_parts(self, request: HttpRequest | None = None) -> tuple[int | None, str, str] | None:
        """Return the address under the territory's own, in the language in force: in requests, previews and tasks."""
        path = self._path()
        return (self._only_site_id(request), settings.PUBLIC_URL, path) if path else None

    def _path(self) -> str:
        town, _slash, rest = self.url_path.strip("/").partition("/")
        return territory_path(Town(town), (get_language() or FIRST)[:2], f"{rest}/" if rest else "") if town else ""

    def get_url(self, request: HttpRequest | None = None, current_site: Any = None) -> str | None:
        """Return the address without its host: there is one origin for the whole instance."""
        return self._path() or None

    url = property(get_url)

    def _only_site_id(self, request: HttpRequest | None) -> int | None:
        possible = self._get_relevant_site_root_paths(request)
        return possible[0].site_id if possible else None

    def languages(self) -> list[str]:
        """Return the languages this page was written in."""
        return [FIRST, *(code for code in LANGUAGES if self._written_in(code))]

    def _written_in(self, language: str) -> bool:
        if not getattr(self, f"title_{language}"):
            return False
        return bool(getattr(self, f"body_{language}")) or not self.body

    def in_language(self, language: str) -> Shown:
        """Return the words in `language`, or in French when it was not written in it."""
        if language == FIRST or not self._written_in(language):
            return Shown(FIRST, self.title, self.intro, self.body, is_translated=language == FIRST)
        title, intro, body = (getattr(self, f"{field}_{language}") for field in ("title", "intro", "body"))
        return Shown(language, title, intro, body, is_translated=True)

    @property
    def shown(self) -> Shown:
        """The words in the language in force."""
        return self.in_language((get_language() or FIRST)[:2])

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Give the template the words in the reader's language."""
        return {**super().get_context(request, *args, **kwargs), "shown": self.shown}


@dataclass(frozen=True, slots=True)
class Town:
    """Enough of a territory to make an address."""

    slug: str
