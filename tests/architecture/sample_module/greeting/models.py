"""What was said."""

from typing import ClassVar

from django.db import models
from django.utils import timezone

from parvis.core.tenancy.guard import Guard
from parvis.core.tenancy.models import TerritoryModel


class Greeting(TerritoryModel):
    """One greeting."""

    guard: ClassVar[Guard] = Guard.territory(mine="person_id")
    personal_fields: ClassVar[tuple[str, ...]] = ("words",)

    person_id = models.UUIDField(null=True)
    words = models.CharField(max_length=200)
    said_at = models.DateTimeField(default=timezone.now)
