"""An asset is one object, whatever it is, with a place, a state and a history."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from parvis.core.geo.models import District
from parvis.core.tenancy.fields import TerritoryForeignKey
from parvis.core.tenancy.guard import Guard
from parvis.core.tenancy.models import TerritoryModel


class AssetKind(models.TextChoices):
    """The kinds that the map draws; ``other`` holds the rest."""

    LAMP = "lamp", _("Lamp post")
    HYDRANT = "hydrant", _("Hydrant")
    CULVERT = "culvert", _("Culvert")
    BENCH = "bench", _("Bench")
    BUILDING = "building", _("Building")
    VEHICLE = "vehicle", _("Vehicle")
    OTHER = "other", _("Other")


class AssetState(models.TextChoices):
    """How it fares."""

    GOOD = "good", _("Good")
    WORN = "worn", _("Worn")
    POOR = "poor", _("Poor")
    BROKEN = "broken", _("Out of order")
    REMOVED = "removed", _("Removed")


class Happening(models.TextChoices):
    """What a line of an asset's history tells."""

    IMPORTED = "imported", _("Imported from a file")
    STATE_CHANGED = "state_changed", _("State changed")
    MOVED = "moved", _("Moved")
    SHOWN = "shown", _("Shown on the public map")
    HIDDEN = "hidden", _("Taken off the public map")
    WORKED_ON = "worked_on", _("Worked on")


class Asset(TerritoryModel):
    """One thing the municipality looks after. `lat` and `lon` are WGS 84 degrees; `details` hold what the file says."""

    guard: ClassVar[Guard] = Guard.territory(service="issues")

    kind = models.CharField(max_length=12, choices=AssetKind)
    code = models.CharField(max_length=60, help_text=_("The number on it, or in the municipality's own list."))
    name = models.CharField(max_length=160, blank=True)
    state = models.CharField(max_length=10, choices=AssetState, default=AssetState.GOOD)
    lat = models.FloatField()
    lon = models.FloatField()
    street = models.CharField(max_length=160, blank=True)
    district = TerritoryForeignKey(
        District, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", db_index=False, editable=False
    )
    installed = models.PositiveSmallIntegerField(null=True, blank=True, help_text=_("Year."))
    details = models.JSONField(default=dict, blank=True)
    is_public = models.BooleanField(default=True)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["kind", "code"]
        constraints = [
            models.UniqueConstraint(fields=["territory", "kind", "code"], name="asset_code_once"),
            models.CheckConstraint(
                name="asset_on_the_globe", condition=Q(lat__gte=-90, lat__lte=90, lon__gte=-180, lon__lte=180)
            ),
        ]
        indexes = [
            models.Index(fields=["territory", "lat", "lon"], name="asset_window"),
            models.Index(fields=["territory", "state", "kind", "code"], name="asset_state"),
            models.Index(fields=["territory", "district", "kind", "code"], name="asset_district"),
        ]

    def __str__(self) -> str:
        return self.name or f"{self.get_kind_display()} {self.code}"


class AssetEvent(TerritoryModel):
    """One line of an asset's history; never changed."""

    guard: ClassVar[Guard] = Guard.territory(append_only=True, service="issues")
    personal_fields: ClassVar[tuple[str, ...]] = ()

    asset = TerritoryForeignKey(Asset, on_delete=models.DO_NOTHING, related_name="history")
    what = models.CharField(max_length=20, choices=Happening)
    before = models.CharField(max_length=20, blank=True)
    after = models.CharField(max_length=20, blank=True)
    actor_id = models.UUIDField(null=True)
    case_id = models.UUIDField(null=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["territory", "asset", "at"], name="asset_event_asset")]

    def __str__(self) -> str:
        return self.what

    @property
    def change(self) -> str:
        """From what to what, in words; a place in degrees (latitude, longitude); empty where nothing is compared."""
        states = dict(AssetState.choices)
        return " → ".join(str(states.get(one, one)) for one in (self.before, self.after) if one)
