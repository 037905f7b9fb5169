"""Pictures and documents, owned by a territory: row-level security keeps them apart, whatever the screen."""

import hashlib
from pathlib import PurePosixPath
from typing import Any, ClassVar

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.documents.models import AbstractDocument, DocumentQuerySet
from wagtail.images.models import AbstractImage, AbstractRendition, ImageQuerySet
from wagtail.search import index

from parvis.core.tenancy.context import current_territory_id
from parvis.core.tenancy.fields import TerritoryForeignKey
from parvis.core.tenancy.guard import Guard
from parvis.core.tenancy.models import Territory, TerritoryManager


def document_path(document: "TownDocument", filename: str) -> str:
    """Return where a document's file is kept: a folder for each territory."""
    return f"content/{document.territory_id}/documents/{PurePosixPath(filename).name}"


class Picture(AbstractImage):
    """A picture of a territory, described for those who cannot see it."""

    guard: ClassVar[Guard] = Guard.territory()

    territory = models.ForeignKey(
        Territory, on_delete=models.PROTECT, editable=False, related_name="+", default=current_territory_id
    )
    description = models.CharField(
        _("description"), max_length=255, help_text=_("What a person who cannot see it should know.")
    )

    objects = TerritoryManager.from_queryset(ImageQuerySet)()
    # The manager filters on the territory, so the search must know the column.
    search_fields = [*AbstractImage.search_fields, index.FilterField("territory")]

    # Tags of Wagtail are shared by everyone on the instance, so they are not offered.
    admin_form_fields = ("title", "file", "description", "collection", "focal_point_x", "focal_point_y",
                         "focal_point_width", "focal_point_height")  # fmt: skip

    class Meta(AbstractImage.Meta):
        permissions = [("choose_picture", "Can choose picture")]
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")

    def get_upload_to(self, filename: str) -> str:
        """Keep the file in the territory's folder."""
        name = PurePosixPath(super().get_upload_to(filename)).name
        return f"content/{self.territory_id}/originals/{name}"


class PictureRendition(AbstractRendition):
    """A picture in one size, as it is served."""

    guard: ClassVar[Guard] = Guard.territory()

    territory = models.ForeignKey(
        Territory, on_delete=models.PROTECT, editable=False, related_name="+", default=current_territory_id
    )
    image = TerritoryForeignKey(Picture, on_delete=models.CASCADE, related_name="renditions")

    objects = TerritoryManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["image", "filter_spec", "focal_point_key"], name="content_rendition_once")
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # Wagtail makes several at once in threads, which have no context of their own.
        if "image" in kwargs:
            kwargs.setdefault("territory_id", kwargs["image"].territory_id)
        super().__init__(*args, **kwargs)

    def get_upload_to(self, filename: str) -> str:
        """Keep the file in the territory's folder, under a short name: Wagtail's own can be longer than a path."""
        name = PurePosixPath(super().get_upload_to(filename)).name
        short = hashlib.sha256(name.encode()).hexdigest()[:20]
        return f"content/{self.territory_id}/pictures/{short}{PurePosixPath(name).suffix}"

    @property
    def url(self) -> str:
        """The address that serves it, under the territory's own."""
        if self.pk is None:  # drawn in place of a picture whose file is missing
            return ""
        return reverse("content:picture", args=[self.pk, PurePosixPath(self.file.name).name])


class TownDocument(AbstractDocument):
    """A file that a territory publishes."""

    guard: ClassVar[Guard] = Guard.territory()

    territory = models.ForeignKey(
        Territory, on_delete=models.PROTECT, editable=False, related_name="+", default=current_territory_id
    )
    file = models.FileField(_("file"), upload_to=document_path)

    objects = TerritoryManager.from_queryset(DocumentQuerySet)()
    search_fields = [*AbstractDocument.search_fields, index.FilterField("territory")]

    admin_form_fields = ("title", "file", "collection")

    class Meta(AbstractDocument.Meta):
        permissions = [("choose_towndocument", "Can choose document")]
        verbose_name = _("document")
        verbose_name_plural = _("documents")

    @property
    def url(self) -> str:
        """The address that serves it, under the territory's own."""
        return reverse("content:document", args=[self.pk, PurePosixPath(self.file.name).name])
