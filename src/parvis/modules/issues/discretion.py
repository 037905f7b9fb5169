"""Where a report is, as closely as everyone may know it: pure, without a database.

Noise, smells, smoke or a barking dog are somebody's home: of such kinds the public sees the street and a point of some
hundred metres, never a door. Staff and whoever reported it see the place itself.
"""

from dataclasses import dataclass

from parvis.lib.address import without_door
from parvis.lib.plain import words

ROUGHLY = 3  # decimals of a degree: a hundred metres, about
EXACTLY = 5

_BEGINNINGS = (
    *("bruit", "aboi", "odeur", "fumee", "chauffage", "nuisance", "voisin", "insalubr", "logement"),
    *("noise", "noisy", "bark", "smell", "odour", "odor", "smoke", "neighbour", "neighbor", "housing"),
    *("ruido", "ladrido", "olor", "humo", "molestia", "vecin", "vivienda"),
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a report is, as closely as a reader may know it (WGS 84 degrees)."""

    address: str
    lat: float | None
    lon: float | None


def names_homes(label: str) -> bool:
    """Tell whether a kind of problem so called is likely to name a private home: what a new kind begins with."""
    return any(word.startswith(_BEGINNINGS) for word in words(label))


def shown_address(address: str, *, street_only: bool) -> str:
    """Return an address as everyone may read it."""
    return without_door(address) if street_only else address


def shown_degrees(degrees: float | None, *, street_only: bool) -> float | None:
    """Return a latitude or a longitude as closely as everyone may know it."""
    return None if degrees is None else round(degrees, ROUGHLY if street_only else EXACTLY)
