"""Boundaries, districts, streets, civic addresses, places and what is drawn between them.

Windows are four floats (west, south, east, north) with ordinary indexes: under row-level security no box or GiST
operator could use its index. Geometries are GeoJSON in WGS 84, read by shapely.
"""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from parvis.core.tenancy.fields import TerritoryForeignKey
from parvis.core.tenancy.guard import Guard
from parvis.core.tenancy.models import TerritoryModel
from parvis.lib.geometry import Box
from parvis.lib.ids import new_id


def _position(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        name=f"{name}_on_earth", condition=Q(lat__range=(-90, 90)) & Q(lon__range=(-180, 180))
    )


class Boxed(models.Model):
    """Something with a window around it, in degrees."""

    west = models.FloatField()
    south = models.FloatField()
    east = models.FloatField()
    north = models.FloatField()

    class Meta:
        abstract = True

    @property
    def box(self) -> Box:
        """The window."""
        return Box(self.west, self.south, self.east, self.north)


class Boundary(TerritoryModel, Boxed):
    """The limits of a territory: read by all, so that a place outside one town can be told to belong to the next."""

    guard: ClassVar[Guard] = Guard.territory(read_by_all=True)
    is_fact: ClassVar[bool] = True

    polygon = models.JSONField()
    surface = models.FloatField(help_text=_("In square kilometres."))
    edition = models.UUIDField(default=new_id)
    source = models.CharField(max_length=200, blank=True)

    everywhere = models.Manager()

    class Meta:
        verbose_name_plural = "boundaries"
        indexes = [models.Index(fields=["west", "east", "south", "north"], name="boundary_window")]
        constraints = [
            models.UniqueConstraint(fields=["territory"], name="boundary_once"),
            models.CheckConstraint(
                name="boundary_window_order", condition=Q(west__lte=F("east")) & Q(south__lte=F("north"))
            ),
        ]

    def __str__(self) -> str:
        return str(self.territory_id)


class Edition(TerritoryModel):
    """Which state of the territory's map this is: a new random mark at each change, read by every cache."""

    guard: ClassVar[Guard] = Guard.territory()
    is_fact: ClassVar[bool] = True

    mark = models.UUIDField(default=new_id)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["territory"], name="edition_once")]


class DistrictKind(models.TextChoices):
    """What a district is for."""

    ELECTORAL = "electoral", _("Electoral district")
    BOROUGH = "borough", _("Borough")
    SECTOR = "sector", _("Sector")


class District(TerritoryModel, Boxed):
    """A part of a territory: electoral district, borough or sector."""

    guard: ClassVar[Guard] = Guard.territory()
    is_fact: ClassVar[bool] = True

    kind = models.CharField(max_length=20, choices=DistrictKind, default=DistrictKind.ELECTORAL)
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=120)
    polygon = models.JSONField()

    class Meta:
        ordering = ["kind", "code"]
        constraints = [
            models.UniqueConstraint(fields=["territory", "kind", "code"], name="district_code_once"),
        ]

    def __str__(self) -> str:
        return self.name


class RoadClass(models.IntegerChoices):
    """How important a road is, the most important first: what a map shows from afar."""

    HIGHWAY = 1, _("Highway")
    MAIN = 2, _("Main road")
    COLLECTOR = 3, _("Collector road")
    LOCAL = 4, _("Local street")
    PATH = 5, _("Path")


class Street(TerritoryModel, Boxed):
    """A named street with all its pieces. `lines` is a GeoJSON MultiLineString, None when only its name is known."""

    guard: ClassVar[Guard] = Guard.territory()

    source_id = models.CharField(max_length=200)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, blank=True, help_text=_("Canonical: rue, avenue, chemin…"))
    search_key = models.CharField(max_length=200)
    road_class = models.PositiveSmallIntegerField(choices=RoadClass, default=RoadClass.LOCAL)
    lines = models.JSONField(null=True, blank=True)
    length = models.FloatField(default=0, help_text=_("In metres."))

    class Meta:
        ordering = ["search_key"]
        indexes = [
            models.Index(fields=["territory", "road_class", "west", "east"], name="street_window"),
        ]
        constraints = [models.UniqueConstraint(fields=["territory", "source_id"], name="street_source_once")]

    def __str__(self) -> str:
        return self.name


class Address(TerritoryModel):
    """A civic address: a number on a street, and where it stands."""

    guard: ClassVar[Guard] = Guard.territory()

    street = TerritoryForeignKey(Street, on_delete=models.CASCADE, related_name="addresses")
    number = models.PositiveIntegerField()
    suffix = models.CharField(max_length=4, blank=True)
    postal_code = models.CharField(max_length=10, blank=True)
    lat = models.FloatField()
    lon = models.FloatField()
    source_id = models.CharField(max_length=200)

    class Meta:
        ordering = ["street", "number", "suffix"]
        indexes = [
            models.Index(fields=["territory", "lat", "lon"], name="address_place"),
            models.Index(fields=["territory", "number"], name="address_number"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["territory", "street", "number", "suffix"],
                name="address_once",
                deferrable=models.Deferrable.IMMEDIATE,
            ),
            models.UniqueConstraint(
                fields=["territory", "source_id"], name="address_source_once", deferrable=models.Deferrable.IMMEDIATE
            ),
            models.CheckConstraint(name="address_number_positive", condition=Q(number__gt=0)),
            _position("address"),
        ]


class FeatureKind(models.TextChoices):
    """What is drawn beside the streets."""

    WATER = "water", _("Water")
    RIVER = "river", _("River")
    PARK = "park", _("Park")
    WOOD = "wood", _("Wood")
    BUILDING = "building", _("Building")
    ROAD = "road", _("Road without a name")
    PATH = "path", _("Path")
    RAIL = "rail", _("Railway")


class MapFeature(TerritoryModel, Boxed):
    """A surface or a line of the map. `size` in metres, the longer side of its window: what a map shows from afar."""

    guard: ClassVar[Guard] = Guard.territory()

    kind = models.CharField(max_length=20, choices=FeatureKind)
    name = models.CharField(max_length=200, blank=True)
    geometry = models.JSONField()
    size = models.FloatField()
    source_id = models.CharField(max_length=200)

    class Meta:
        indexes = [models.Index(fields=["territory", "kind", "west", "east", "size"], name="feature_window")]
        constraints = [models.UniqueConstraint(fields=["territory", "source_id"], name="feature_source_once")]

    def __str__(self) -> str:
        return self.name or self.kind


class Place(TerritoryModel):
    """A place that people know by its name: town hall, school, library, hamlet."""

    guard: ClassVar[Guard] = Guard.territory()

    kind = models.CharField(max_length=40)
    name = models.CharField(max_length=200)
    search_key = models.CharField(max_length=200)
    address = models.CharField(max_length=200, blank=True)
    lat = models.FloatField()
    lon = models.FloatField()
    source_id = models.CharField(max_length=200)

    class Meta:
        ordering = ["search_key"]
        indexes = [
            models.Index(fields=["territory", "lat", "lon"], name="place_place"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["territory", "source_id"], name="place_source_once"),
            _position("place"),
        ]

    def __str__(self) -> str:
        return self.name
