"""Marks of what to count again, and the base of every table of kept counts."""

from typing import ClassVar
from uuid import UUID

from django.db import models
from django.db.models.functions import Now

from parvis.core.tenancy.guard import Guard
from parvis.core.tenancy.models import TerritoryModel

NOBODY = UUID(int=0)
"""Stands in a kept row for no team, no district: a key is never empty, so that rows are found by plain equality."""


class Mark(models.Model):
    """A day of a cube whose rows changed; written by triggers, gone once counted again. Without a day: all of it."""

    guard: ClassVar[Guard] = Guard.system()

    id = models.BigAutoField(primary_key=True)
    territory_id = models.UUIDField()
    cube = models.CharField(max_length=60)
    day = models.DateField(null=True)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["territory_id", "cube"], name="aggregates_mark_cube")]

    def __str__(self) -> str:
        return f"{self.cube} {self.day or 'all'}"


class Kept(TerritoryModel):
    """A row of kept counts: its bucket (`day`, the first of the month in a monthly cube), its keys, its measures.

    A subclass names its `keys` (columns that are never empty) and its `measures`; the keys make a row unique.
    """

    guard: ClassVar[Guard] = Guard.territory()
    not_archived: ClassVar[str] = "Counted again from what it counts."
    personal_fields: ClassVar[tuple[str, ...]] = ()
    keys: ClassVar[tuple[str, ...]]
    measures: ClassVar[tuple[str, ...]]

    day = models.DateField()

    class Meta:
        abstract = True
