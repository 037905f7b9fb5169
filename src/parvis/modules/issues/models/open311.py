"""Open311: what programs sent in, and the reports that we pass on to other bodies' endpoints."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from parvis.core.tenancy.fields import TerritoryForeignKey, TerritoryOneToOneField
from parvis.core.tenancy.guard import Guard
from parvis.core.tenancy.models import TerritoryModel

from .category import Category
from .issue import Issue


class MediaState(models.TextChoices):
    """What became of the address of a picture."""

    NONE = "none", _("None")
    WAITING = "waiting", _("To be fetched")
    KEPT = "kept", _("Fetched")
    REFUSED = "refused", _("Could not be fetched")


class Submission(TerritoryModel):
    """A request that a program sent in by Open311: by which key, and the address of a picture to fetch."""

    guard: ClassVar[Guard] = Guard.territory()
    personal_fields: ClassVar[tuple[str, ...]] = ("media_url",)

    issue = TerritoryOneToOneField(Issue, on_delete=models.CASCADE, related_name="submission")
    key_id = models.UUIDField(null=True, help_text=_("The key of the program; empty where none is asked for."))
    media_url = models.CharField(max_length=2000, blank=True)
    media_state = models.CharField(max_length=10, choices=MediaState, default=MediaState.NONE)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="submission_media_known", condition=Q(media_state__in=[state.value for state in MediaState])
            ),
            models.CheckConstraint(
                name="submission_address_iff_waiting", condition=Q(media_state="waiting") ^ Q(media_url="")
            ),
        ]


class Endpoint(TerritoryModel):
    """Another body's Open311 endpoint; its key for us, if any, is in an :class:`EndpointKey`.

    `services` is what it offered when last asked: each ``{"service_code", "service_name", "group", "attributes"}``.
    """

    guard: ClassVar[Guard] = Guard.territory()

    name = models.CharField(_("name of the body"), max_length=120)
    url = models.URLField(_("address of its endpoint"), max_length=300)
    jurisdiction_id = models.CharField(_("its jurisdiction_id"), max_length=120, blank=True)
    form = models.CharField(max_length=4, default="json", editable=False)
    services = models.JSONField(default=list, editable=False)
    asked_at = models.DateTimeField(null=True, editable=False)
    trouble = models.CharField(max_length=300, blank=True, editable=False)
    closes_here = models.BooleanField(
        _("when it closes a request, close the report here too, with its words"), default=True
    )
    shares_words = models.BooleanField(
        _("send the reporter's words along, never the name or how to reach them"), default=True
    )
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["territory", "name"], name="endpoint_name_once")]

    def __str__(self) -> str:
        return self.name


class EndpointKey(TerritoryModel):
    """Our key at an endpoint, readable with the instance's key file only."""

    guard: ClassVar[Guard] = Guard.territory()
    not_archived: ClassVar[str] = "a secret, sealed with this instance's own key file"

    endpoint = TerritoryOneToOneField(Endpoint, on_delete=models.CASCADE, related_name="key")
    sealed = models.TextField()


class Destination(TerritoryModel):
    """Reports of a category may go to a service of an endpoint; `is_automatic`: they do, as soon as they come in.

    `attributes`: answers that go along with each, by code, where the reporter's own do not say.
    """

    guard: ClassVar[Guard] = Guard.territory()

    endpoint = TerritoryForeignKey(Endpoint, on_delete=models.CASCADE, related_name="destinations")
    category = TerritoryForeignKey(Category, on_delete=models.CASCADE, related_name="destinations")
    service_code = models.CharField(max_length=120)
    service_name = models.CharField(max_length=200, blank=True)
    attributes = models.JSONField(default=dict)
    is_automatic = models.BooleanField(_("pass on at once, without a clerk"), default=False)

    class Meta:
        ordering = ["category__order", "category__label_fr"]
        constraints = [models.UniqueConstraint(fields=["category"], name="destination_of_category_once")]


class Stage(models.TextChoices):
    """How far a report that is passed on has come."""

    WAITING = "waiting", _("Waits to be sent")
    SENDING = "sending", _("Being sent")
    TOKEN = "token", _("Received there, its number is awaited")
    SENT = "sent", _("Received there")
    CLOSED = "closed", _("Closed there")
    REFUSED = "refused", _("Refused there")
    STOPPED = "stopped", _("No longer followed")


UNDER_WAY = (Stage.WAITING, Stage.SENDING, Stage.TOKEN, Stage.SENT)


class PassedOn(TerritoryModel):
    """A report that goes to another body's endpoint: where it stands there, and when we ask again (`next_at`).

    ``sending`` is written before a call leaves: whoever finds it so does not know whether the call arrived.
    """

    guard: ClassVar[Guard] = Guard.territory()
    personal_fields: ClassVar[tuple[str, ...]] = ("remote_notes",)

    issue = TerritoryForeignKey(Issue, on_delete=models.CASCADE, related_name="passed_on")
    endpoint = TerritoryForeignKey(Endpoint, on_delete=models.PROTECT, related_name="passed_on")
    service_code = models.CharField(max_length=120)
    attributes = models.JSONField(default=dict)
    stage = models.CharField(max_length=10, choices=Stage, default=Stage.WAITING)
    token = models.CharField(max_length=200, blank=True)
    request_id = models.CharField(max_length=200, blank=True)
    remote_status = models.CharField(max_length=20, blank=True)
    remote_notes = models.TextField(blank=True)
    trouble = models.CharField(max_length=300, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField(help_text=_("When it was decided to pass it on."))
    tried_at = models.DateTimeField(null=True, help_text=_("The first call."))
    sent_at = models.DateTimeField(null=True)
    heard_at = models.DateTimeField(null=True)
    next_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["asked_at"]
        constraints = [
            models.CheckConstraint(name="passed_on_stage_known", condition=Q(stage__in=[s.value for s in Stage])),
            models.CheckConstraint(
                name="passed_on_over_iff_dated",
                condition=Q(stage__in=[s.value for s in UNDER_WAY]) ^ Q(ended_at__isnull=False),
            ),
            models.CheckConstraint(
                name="passed_on_numbered_once_there",
                condition=~Q(stage__in=["sent", "closed"]) | ~Q(request_id=""),
            ),
            models.UniqueConstraint(fields=["issue"], name="passed_on_one_under_way", condition=Q(ended_at=None)),
            models.UniqueConstraint(
                fields=["endpoint", "request_id"], name="passed_on_number_once", condition=~Q(request_id="")
            ),
        ]
        indexes = [
            models.Index(fields=["territory", "next_at"], name="passed_on_next", condition=Q(ended_at=None)),
            models.Index(fields=["territory", "issue"], name="passed_on_issue"),
        ]
