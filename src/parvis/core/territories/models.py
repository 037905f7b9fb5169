"""Ties between territories, and what an imported territory still waits for.

A tie is a row of the one that decides: a member joins, delegates, accepts; who has something to offer publishes it.
"""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from parvis.core.identity.models import Person
from parvis.core.tenancy.guard import Guard
from parvis.core.tenancy.models import Territory, TerritoryModel


class Membership(TerritoryModel):
    """The territory belongs to a regional body or an alliance."""

    guard: ClassVar[Guard] = Guard.territory(read_by_all=True)

    body = models.ForeignKey(Territory, on_delete=models.PROTECT, related_name="+")
    joined_at = models.DateTimeField(default=timezone.now)
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["territory", "body"], name="membership_once", condition=Q(left_at=None)),
            models.CheckConstraint(name="membership_not_of_itself", condition=~Q(territory=F("body"))),
        ]


class Delegation(TerritoryModel):
    """The territory lets the staff of another one work over its files of one service."""

    guard: ClassVar[Guard] = Guard.territory(read_by_all=True)

    delegate = models.ForeignKey(Territory, on_delete=models.PROTECT, related_name="+")
    service = models.CharField(max_length=40)
    starts_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["territory", "delegate", "service"], name="delegation_once", condition=Q(ends_at=None)
            ),
            models.CheckConstraint(name="delegation_term", condition=Q(ends_at=None) | Q(ends_at__gt=F("starts_at"))),
            models.CheckConstraint(name="delegation_not_to_itself", condition=~Q(territory=F("delegate"))),
        ]
        indexes = [models.Index(fields=["delegate", "service"], name="delegation_delegate")]


class Kind(models.TextChoices):
    """What a territory can show in the portals of those it belongs together with."""

    NEWS = "news", _("News")
    AGENDA = "agenda", _("Calendar")
    MAP = "map", _("Map")
    SERVICES = "services", _("Services and search")


class Publication(TerritoryModel):
    """The territory offers one kind of its things to the portals of those it belongs together with."""

    guard: ClassVar[Guard] = Guard.territory(read_by_all=True)

    kind = models.CharField(max_length=12, choices=Kind)
    published_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["territory", "kind"], name="publication_once", condition=Q(ended_at=None)),
            models.CheckConstraint(name="publication_kind_known", condition=Q(kind__in=Kind.values)),
        ]


class Acceptance(TerritoryModel):
    """The territory shows in its own portal one kind of what another publishes, marked with who runs it."""

    guard: ClassVar[Guard] = Guard.territory(read_by_all=True)

    publisher = models.ForeignKey(Territory, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind)
    accepted_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["territory", "publisher", "kind"], name="acceptance_once", condition=Q(ended_at=None)
            ),
            models.CheckConstraint(name="acceptance_kind_known", condition=Q(kind__in=Kind.values)),
            models.CheckConstraint(name="acceptance_not_of_itself", condition=~Q(territory=F("publisher"))),
        ]
        indexes = [models.Index(fields=["publisher", "kind"], name="acceptance_publisher")]


class ConfirmedContact(TerritoryModel):
    """An e-mail that a person had confirmed where an archive came from: it lets them be recognised again."""

    guard: ClassVar[Guard] = Guard.territory(mine="person_id")
    not_archived: ClassVar[str] = "Stands with the person, in persons.jsonl."

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    email = models.EmailField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["territory", "person", "email"], name="confirmed_contact_once")]


class WaitingRow(TerritoryModel):
    """A row of an archive that names a territory which is not on this instance (yet): kept as it came."""

    guard: ClassVar[Guard] = Guard.territory()
    not_archived: ClassVar[str] = "Written among the rows of the model it waits for."

    model = models.CharField(max_length=80, help_text=_("Such as territories.Membership."))
    slug = models.SlugField(max_length=60, help_text=_("The territory it waits for."))
    row = models.JSONField()

    class Meta:
        indexes = [models.Index(fields=["territory", "slug"], name="waiting_row_slug")]
