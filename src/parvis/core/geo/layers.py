"""What geo shows on the one public map beside the ground itself: the places everybody looks for."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from parvis.core.registry.entries import MapFeature, Window

from .models import Place

KINDS = {
    "town_hall": _("Town hall"), "townhall": _("Town hall"), "mrc_office": _("Regional office"), "school": _("School"),
    "college": _("College"), "library": _("Library"), "arena": _("Arena"), "pool": _("Swimming pool"),
    "park": _("Park"), "community_centre": _("Community centre"), "clinic": _("Clinic"), "hospital": _("Hospital"),
    "pharmacy": _("Pharmacy"), "daycare": _("Daycare"), "kindergarten": _("Daycare"), "church": _("Church"),
    "place_of_worship": _("Place of worship"), "fire_station": _("Fire station"), "ecocentre": _("Ecocentre"),
    "market": _("Market"), "marketplace": _("Market"), "grocery": _("Grocery"), "theatre": _("Theatre"),
    "bus_station": _("Bus station"), "public_works": _("Public works"), "mill": _("Mill"), "bar": _("Bar"),
}  # fmt: skip
"""What the kinds of places are called."""


def places(window: Window, limit: int) -> Iterable[MapFeature]:
    """Yield the named places in a window of the territory in force, at most `limit`."""
    rows = Place.objects.filter(
        kind__in=KINDS, lat__range=(window.south, window.north), lon__range=(window.west, window.east)
    )
    for row in rows[:limit]:
        yield MapFeature(
            ref=f"place:{row.pk}", lat=row.lat, lon=row.lon, label=row.name, icon="pin", tone="place",
            hint=" · ".join(part for part in (str(KINDS[row.kind]), row.address) if part),
        )  # fmt: skip
