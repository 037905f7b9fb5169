"""Ties between territories. Each is a row of the one that decides: a member joins, delegates, accepts."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

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


class Acceptance(TerritoryModel):
    """The territory shows in its own portal what another publishes for one service, marked with who runs it."""

    guard: ClassVar[Guard] = Guard.territory(read_by_all=True)

    publisher = models.ForeignKey(Territory, on_delete=models.PROTECT, related_name="+")
    service = models.CharField(max_length=40)
    accepted_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["territory", "publisher", "service"], name="acceptance_once", condition=Q(ended_at=None)
            ),
        ]
