"""What geo shows on the one public map beside the ground itself, and in the search: the places everybody looks for."""

from collections.abc import Iterable

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from parvis.core.registry.entries import Document, MapFeature, Window

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

ALSO = {
    "town_hall": "mairie hôtel de ville bureau municipal city hall ayuntamiento alcaldía",
    "townhall": "mairie hôtel de ville bureau municipal city hall ayuntamiento alcaldía",
    "arena": "aréna patinoire hockey rink pista de hielo", "pool": "piscine baignade swim natación",
    "daycare": "garderie cpe guardería", "kindergarten": "garderie cpe guardería", "school": "école primaire escuela",
    "clinic": "médecin santé doctor médico", "hospital": "urgence emergency urgencias", "pharmacy": "médicaments",
    "community_centre": "salle communautaire hall salón", "ecocentre": "déchetterie dépôt dump reciclaje",
    "fire_station": "pompiers caserne firefighters bomberos", "grocery": "épicerie supermarché supermarket comestibles",
    "bus_station": "autobus transport gare", "park": "jeux playground juegos", "church": "messe culte",
}  # fmt: skip
"""Other words by which people look for them."""


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


def documents() -> Iterable[Document]:
    """Yield the named places for the one search field, known by their kind too, in the three languages."""
    called = {kind: " ".join([*_in_every_language(kind), ALSO.get(kind, "")]) for kind in KINDS}
    for row in Place.objects.all():
        yield Document(
            ref=str(row.pk),
            title=row.name,
            # The one public map lies at the root of this package's own addresses.
            url=f"/carte/?lat={row.lat:.5f}&lon={row.lon:.5f}#carte=17/{row.lat:.5f}/{row.lon:.5f}",
            keywords=called.get(row.kind, ""),
            hint=row.address,
        )


def _in_every_language(kind: str) -> Iterable[str]:
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            yield str(KINDS[kind])
