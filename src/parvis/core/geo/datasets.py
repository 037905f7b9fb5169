"""Open data of the map: doors, districts and places. Nothing personal: who lives behind a door is not here."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from .models import Address, District, Place

ADDRESS_FIELDS = {
    "number": _("Civic number, with its suffix"),
    "street": _("Name of the street"),
    "postal_code": _("Postal code, when known"),
    "lat": _("Latitude, WGS 84"),
    "lon": _("Longitude, WGS 84"),
}
DISTRICT_FIELDS = {
    "kind": _("What the district is for"),
    "code": _("Number of the district"),
    "name": _("Name of the district"),
    "geometry": _("Limits, GeoJSON, WGS 84"),
}
PLACE_FIELDS = {
    "kind": _("What the place is"),
    "name": _("Name of the place"),
    "address": _("Civic address, when known"),
    "lat": _("Latitude, WGS 84"),
    "lon": _("Longitude, WGS 84"),
}


def addresses() -> Iterable[Mapping[str, Any]]:
    """Yield every civic address of the territory in force."""
    rows = Address.objects.order_by("street__search_key", "number", "suffix")
    fields = ("number", "suffix", "street__name", "postal_code", "lat", "lon")
    for number, suffix, street, postal_code, lat, lon in rows.values_list(*fields).iterator(chunk_size=2000):
        yield {"number": f"{number}{suffix}", "street": street, "postal_code": postal_code, "lat": lat, "lon": lon}


def districts() -> Iterable[Mapping[str, Any]]:
    """Yield every district of the territory in force."""
    for row in District.objects.all():
        yield {"kind": row.kind, "code": row.code, "name": row.name, "geometry": row.polygon}


def places() -> Iterable[Mapping[str, Any]]:
    """Yield every named place of the territory in force."""
    yield from Place.objects.order_by("search_key", "source_id").values(*PLACE_FIELDS)
