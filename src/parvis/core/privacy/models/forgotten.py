"""What must stay forgotten when an older backup is put back; each line also stands in a file outside the database."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from parvis.core.tenancy.guard import Guard
from parvis.lib.ids import new_id


class What(models.TextChoices):
    """What was forgotten: a file in one town, an account, a consent."""

    ERASED = "erased"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class Forgotten(models.Model):
    """A line of the ledger that :mod:`parvis.core.privacy.ledger` keeps in a file: ids and codes only.

    `subject_id`: the request or the line of the ledger of consents; `detail`: the purpose, of a consent.
    """

    guard: ClassVar[Guard] = Guard.system(append_only=True)

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    what = models.CharField(max_length=10, choices=What)
    person_id = models.UUIDField()
    territory_id = models.UUIDField(null=True)
    subject_id = models.UUIDField(null=True)
    detail = models.CharField(max_length=80, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="forgotten_in_a_town_or_everywhere", condition=Q(what="closed") ^ Q(territory_id__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.at:%Y-%m-%d}"
