"""How many public reports lie where: kept, so that a map of a million is drawn at once."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from parvis.core.tenancy.guard import Guard
from parvis.core.tenancy.models import TerritoryModel

LEVELS = (10, 12, 14, 16)
"""The sizes of tiles that are kept: zooms of the common scheme of web maps, where the world is 2^level tiles wide."""


class TileCount(TerritoryModel):
    """The public reports of a tile, by kind, state, district and year of report, month by month.

    `category_id` empty: all kinds together. Sums of degrees give the middle of what is counted. Written by
    `sql/tiles.sql` from `TileChange`, never by hand.
    """

    guard: ClassVar[Guard] = Guard.territory(service="issues")
    not_archived: ClassVar[str] = "Counted again from the reports."

    level = models.PositiveSmallIntegerField()
    x = models.IntegerField()
    y = models.IntegerField()
    category_id = models.UUIDField(null=True)
    status = models.CharField(max_length=12)
    district_id = models.UUIDField(null=True)
    year = models.SmallIntegerField()
    months = ArrayField(models.IntegerField(), size=12)
    total = models.IntegerField()
    lat_sum = models.FloatField()
    lon_sum = models.FloatField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="tile_counted_once",
                fields=["territory", "level", "category_id", "x", "y", "status", "district_id", "year"],
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"{self.level}/{self.x}/{self.y} {self.status} {self.year}: {self.total}"


class TileTotal(TerritoryModel):
    """The public reports of a tile, by kind, state and district, whatever the year: what a map without a period reads.

    `category_id` empty: all kinds together. Written with `TileCount`, from the same changes.
    """

    guard: ClassVar[Guard] = Guard.territory(service="issues")
    not_archived: ClassVar[str] = "Counted again from the reports."

    level = models.PositiveSmallIntegerField()
    x = models.IntegerField()
    y = models.IntegerField()
    category_id = models.UUIDField(null=True)
    status = models.CharField(max_length=12)
    district_id = models.UUIDField(null=True)
    total = models.IntegerField()
    lat_sum = models.FloatField()
    lon_sum = models.FloatField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="tile_totalled_once",
                fields=["territory", "level", "category_id", "x", "y", "status", "district_id"],
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"{self.level}/{self.x}/{self.y} {self.status}: {self.total}"


class TileChange(TerritoryModel):
    """What a write did to the counts of the finest tiles, by a trigger; added to them within a minute.

    Counts at once where the report is made would make everybody who reports wait for each other.
    """

    guard: ClassVar[Guard] = Guard.territory(service="issues")
    not_archived: ClassVar[str] = "Counted again from the reports."

    x = models.IntegerField()
    y = models.IntegerField()
    category_id = models.UUIDField()
    status = models.CharField(max_length=12)
    district_id = models.UUIDField(null=True)
    year = models.SmallIntegerField()
    month = models.SmallIntegerField()
    count = models.IntegerField()
    lat_sum = models.FloatField()
    lon_sum = models.FloatField()

    class Meta:
        indexes = [models.Index(fields=["territory", "category_id", "status"], name="tile_change_here")]

    def __str__(self) -> str:
        return f"{self.x}/{self.y} {self.status} {self.year}-{self.month}: {self.count:+}"
