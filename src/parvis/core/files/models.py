"""A file that somebody handed in."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from parvis.core.tenancy.guard import Guard
from parvis.core.tenancy.models import TerritoryModel


class FileState(models.TextChoices):
    """A file can be seen once it is ready; a photo is re-encoded first."""

    WAITING = "waiting", _("Being prepared")
    READY = "ready", _("Ready")
    REFUSED = "refused", _("Refused")


class StoredFile(TerritoryModel):
    """A photo or a document. `purpose` (``issues.photo``) names the rule that says who may see it."""

    guard: ClassVar[Guard] = Guard.territory(mine="person_id", service="column:service")
    personal_fields: ClassVar[tuple[str, ...]] = ("*",)

    purpose = models.CharField(max_length=60)
    service = models.CharField(max_length=40)
    subject_id = models.UUIDField(null=True, help_text=_("What it was handed in for."))
    person_id = models.UUIDField(null=True, help_text=_("Who handed it in."))
    name = models.CharField(max_length=120)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField(help_text=_("Bytes, as stored."))
    sha256 = models.CharField(max_length=64)
    width = models.PositiveIntegerField(null=True, help_text=_("Pixels."))
    height = models.PositiveIntegerField(null=True, help_text=_("Pixels."))
    state = models.CharField(max_length=10, choices=FileState, default=FileState.WAITING)
    is_public = models.BooleanField(default=False)
    version = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text=_("How often the photo was drawn anew, with parts of it blurred or not.")
    )
    blurred = models.JSONField(
        default=list, db_default=[], help_text=_("The parts that are blurred: left, top, width, height, of 1.")
    )
    has_original = models.BooleanField(
        default=False, db_default=False, help_text=_("Whether the photo without the blur is kept, for staff.")
    )
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["territory", "subject_id"], name="file_subject")]
        constraints = [
            models.CheckConstraint(name="file_public_only_when_ready", condition=Q(is_public=False) | Q(state="ready")),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_image(self) -> bool:
        """Whether it is a photo or a drawing."""
        return self.content_type.startswith("image/")

    def key(self, variant: str) -> str:
        """Return where a variant lies in the storage: ``raw``, ``original``, ``full``, ``medium``, ``small``.

        ``original`` is the photo as it came, before anything was blurred; the others are of the version in force.
        """
        extension = "jpg" if self.is_image and variant != "raw" else "bin"
        name = {"raw": "raw", "original": "full"}.get(variant) or f"{variant}-{self.version}".removesuffix("-0")
        return f"{self.territory_id}/{self.created_at:%Y/%m}/{self.pk}/{name}.{extension}"

    def archived_files(self) -> list[str]:
        """Return where its bytes may lie, for the archive of the territory."""
        variants = ("raw", "full", "medium", "small", *(["original"] if self.version else []))
        return [self.key(variant) for variant in variants]

    def url(self, variant: str = "full") -> str:
        """Return the address of a variant; who may see it is decided there."""
        return reverse("files:serve", args=[self.pk, variant])
