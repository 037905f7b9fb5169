"""A person's complete copy, waiting to be fetched."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from parvis.core.identity.models import Person
from parvis.core.tenancy.guard import Guard
from parvis.lib.ids import new_id


class PersonExport(models.Model):
    """One complete export of a person's data, from all territories, kept a week. For that person alone."""

    guard: ClassVar[Guard] = Guard.of_person(is_private=True)

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    ready_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    path = models.CharField(max_length=200, blank=True)
    size = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="person_export_ready_has_file", condition=Q(ready_at=None, path="") | Q(ready_at__isnull=False)
            ),
            models.UniqueConstraint(fields=["person"], name="person_export_one_waits", condition=Q(ready_at=None)),
        ]

    def __str__(self) -> str:
        return f"export of {self.asked_at:%Y-%m-%d}"
