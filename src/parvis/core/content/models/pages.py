"""The kinds of page of a territory."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.models import Collection
from wagtail.search import index

from parvis.core.tenancy.addresses import territory_path
from parvis.core.tenancy.models import Territory

from .media import Picture
from .translated import Town, TownPage


class TerritoryRoot(TownPage):
    """The top of a territory's pages: it holds the part of the home page that the territory writes."""

    territory = models.OneToOneField(Territory, on_delete=models.PROTECT, editable=False, related_name="+")
    collection = models.ForeignKey(Collection, on_delete=models.PROTECT, editable=False, related_name="+")
    picture = models.ForeignKey(
        Picture, verbose_name=_("picture"), on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    parent_page_types: ClassVar[list[str]] = []
    subpage_types: ClassVar[list[str]] = ["content.ContentPage"]
    max_count_per_parent = 1
    setting_panels = [FieldPanel("picture")]
    private_page_options: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("Home page")

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Lead to the portal's home page, which shows this page's words among the rest."""
        if getattr(request, "is_preview", False):
            return super().serve(request, *args, **kwargs)
        return HttpResponseRedirect(territory_path(Town(self.slug), request.LANGUAGE_CODE, "/"))


class ContentPage(TownPage):
    """A page about anything: the town hall, the council, a service. It may have pages below it."""

    picture = models.ForeignKey(
        Picture, verbose_name=_("picture"), on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    parent_page_types: ClassVar[list[str]] = ["content.TerritoryRoot", "content.ContentPage"]
    subpage_types: ClassVar[list[str]] = ["content.ContentPage"]
    setting_panels = [FieldPanel("picture")]
    private_page_options: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("Page")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the pages below this one."""
        below = self.get_children().live().public().specific()
        return {**super().get_context(request, *args, **kwargs), "below": below}


class NewsIndex(TownPage):
    """All news of a territory, the latest first."""

    parent_page_types: ClassVar[list[str]] = ["content.TerritoryRoot"]
    subpage_types: ClassVar[list[str]] = ["content.NewsPage"]
    max_count_per_parent = 1
    private_page_options: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("List of news")


class NewsPage(TownPage):
    """News; with a moment, it also stands in the calendar."""

    published_on = models.DateField(_("date of the news"), default=timezone.localdate)
    starts_at = models.DateTimeField(_("begins"), null=True, blank=True)
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)
    place = models.CharField(_("place"), max_length=200, blank=True)
    is_pinned = models.BooleanField(_("keep at the top of the home page"), default=False)
    picture = models.ForeignKey(
        Picture, verbose_name=_("picture"), on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    parent_page_types: ClassVar[list[str]] = ["content.NewsIndex"]
    subpage_types: ClassVar[list[str]] = []
    private_page_options: ClassVar[list[str]] = []
    search_fields = [*TownPage.search_fields, index.FilterField("published_on")]
    setting_panels = [
        FieldPanel("published_on"),
        FieldPanel("picture"),
        FieldPanel("is_pinned"),
        MultiFieldPanel(
            [FieldRowPanel([FieldPanel("starts_at"), FieldPanel("ends_at")]), FieldPanel("place")],
            heading=_("In the calendar, if it has a date"),
        ),
    ]

    class Meta:
        verbose_name = _("News")
        constraints = [
            models.CheckConstraint(
                name="news_ends_after_start",
                condition=Q(ends_at=None) | (Q(starts_at__isnull=False) & Q(ends_at__gte=F("starts_at"))),
            )
        ]
        indexes = [
            models.Index(fields=["published_on"], name="news_published_on"),
            models.Index(fields=["starts_at"], name="news_starts_at", condition=~Q(starts_at=None)),
        ]

    def clean(self) -> None:
        """Refuse an end without a beginning, or before it."""
        super().clean()
        if self.ends_at and (not self.starts_at or self.ends_at < self.starts_at):
            raise ValidationError({"ends_at": _("It must begin before it ends.")})


class GuideIndex(TownPage):
    """All guides of a territory."""

    parent_page_types: ClassVar[list[str]] = ["content.TerritoryRoot"]
    subpage_types: ClassVar[list[str]] = ["content.GuidePage"]
    max_count_per_parent = 1
    private_page_options: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("List of guides")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the guides, in the order the clerk gave them."""
        guides = GuidePage.objects.child_of(self).live().public().order_by("path")
        return {**super().get_context(request, *args, **kwargs), "guides": guides}


class GuidePage(TownPage):
    """How something is done here: collections, a permit, a fire in the garden."""

    class Icon(models.TextChoices):
        """The drawing beside a guide."""

        PAGE = "page", _("Page")
        BIN = "bin", _("Bin")
        WATER = "water", _("Water")
        SNOW = "snow", _("Snow")
        SUN = "sun", _("Sun")
        HAT = "hat", _("Learning")
        PEOPLE = "people", _("People")
        BUILDING = "building", _("Town hall")
        CALENDAR = "calendar", _("Calendar")
        LEAF = "leaf", _("Nature")
        HOME = "home", _("House")
        HEART = "heart", _("Heart")
        ROAD = "road", _("Road")
        ALERT = "alert", _("Attention")

    icon = models.CharField(_("drawing"), max_length=12, choices=Icon, default=Icon.PAGE)
    keywords = models.CharField(
        _("other words people use"),
        max_length=300,
        blank=True,
        help_text=_("So that the search finds it: “garbage, trash, bulky waste”. All languages together."),
    )
    reviewed_on = models.DateField(_("last checked on"), null=True, blank=True)
    picture = models.ForeignKey(
        Picture, verbose_name=_("picture"), on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    parent_page_types: ClassVar[list[str]] = ["content.GuideIndex"]
    subpage_types: ClassVar[list[str]] = []
    private_page_options: ClassVar[list[str]] = []
    search_fields = [*TownPage.search_fields, index.SearchField("keywords")]
    setting_panels = [
        FieldPanel("icon"),
        FieldPanel("keywords"),
        FieldPanel("reviewed_on"),
        FieldPanel("picture"),
    ]

    class Meta:
        verbose_name = _("Guide")
