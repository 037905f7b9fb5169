"""Reads of the map: address search as people write, and the nearest address to a place."""

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import get_language

from parvis.core.tenancy.context import current, use
from parvis.core.tenancy.guard import Scope
from parvis.core.tenancy.models import Territory
from parvis.lib import address, geometry, plain
from parvis.lib.address import AddressText, CivicNumber

from .models import Address, Place, RoadClass, Street
from .ranking import score

LONGEST = 200
_FLOORS = (0.3, 0.15)
_CANDIDATES = 40
_STREETS_WITH_DOORS = 10
_NOISE = 0.42
_SPREAD = 0.3
_FURTHEST_NUMBER = 200


class Match(StrEnum):
    """How an answer answers: the very door, a place between known doors, the street only, or a named place."""

    EXACT = "exact"
    NEAR = "near"
    STREET = "street"
    PLACE = "place"


@dataclass(frozen=True, slots=True)
class Found:
    """An answer of the address search. `nearest` is the known number that a `near` answer was placed by."""

    match: Match
    label: str
    lat: float
    lon: float
    rank: float
    street_id: UUID | None = None
    address_id: UUID | None = None
    place_id: UUID | None = None
    nearest: str = ""
    distance: float | None = None

    def as_json(self) -> dict[str, Any]:
        """Return what a page's script needs."""
        shown = {"match": self.match.value, "label": self.label, "lat": round(self.lat, 6), "lon": round(self.lon, 6)}
        if self.nearest:
            shown["nearest"] = self.nearest
        if self.distance is not None:
            shown["distance"] = round(self.distance)
        return shown


@contextmanager
def inside(territory: Territory) -> Iterator[None]:
    """Read in the territory, which is the one in force in most cases."""
    context = current()
    if context.territory_id == territory.pk and context.scope in {Scope.TERRITORY, Scope.NETWORK}:
        yield
    else:
        with use(territory=territory):
            yield


def search_addresses(
    territory: Territory, text: str, near: tuple[float, float] | None = None, limit: int = 8
) -> list[Found]:
    """Return the addresses, streets and places that answer what somebody typed, the best first.

    Forgives accents, abbreviations, order, typing errors and a missing end. A number nobody knows is placed between its
    neighbours and says so (`Match.NEAR`). `near` (lat, lon) prefers what is close. Never more than `limit`.
    """
    asked = address.parse(text[:LONGEST], cities=[territory.name])
    if asked.is_empty:
        return []
    with inside(territory):
        streets = _streets(asked, text)
        found = _doors(asked, streets) if asked.civic else [_whole(street, rank) for street, rank in streets[:limit]]
        if asked.civic and not asked.street.words and not asked.street.kind:
            found = _number_only(asked.civic, near, limit)
        if not asked.civic or not found:
            found += _places(text)
        return _with_positions(_best(found, near, limit))


def _streets(asked: AddressText, text: str) -> list[tuple[Street, float]]:
    """Return candidate streets with their ranks, the best first, without their lines."""
    if not asked.street.words:
        if not asked.street.kind:
            return []
        typed = plain.key(text).split()
        start = next((word for word in reversed(typed) if not word.isdigit()), "")
        begun = [(street, 0.7) for street in _started(start)]
        same = Street.objects.filter(kind=asked.street.kind).defer("lines").order_by("-length")[:_STREETS_WITH_DOORS]
        return begun + [(street, 0.6) for street in same]
    ranks: dict[UUID, float] = {}
    for floor in _FLOORS:
        ranks = _ranked("search_streets", asked.street.key, floor)
        if ranks:
            break
    if not ranks and asked.street.kind:  # "grande cote": the word taken for a kind was part of the name
        ranks = _ranked("search_streets", f"{asked.street.key} {asked.street.kind}", _FLOORS[0])
    rows = Street.objects.filter(pk__in=ranks).defer("lines")
    scored = [(row, score(asked.street, row.kind, row.search_key, ranks[row.pk])) for row in rows]
    scored = sorted((pair for pair in scored if pair[1] >= _NOISE), key=lambda pair: -pair[1])
    return [pair for pair in scored if pair[1] >= scored[0][1] - _SPREAD]


def _started(word: str) -> list[Street]:
    """Return streets whose name starts with an unfinished word that looks like a kind ("ch" of "Champlain")."""
    if not word:
        return []
    ranks = _ranked("search_streets", word, _FLOORS[0])
    rows = Street.objects.filter(pk__in=ranks).defer("lines")
    return [row for row in rows if any(part.startswith(word) for part in row.search_key.split())][:5]


def _ranked(function: str, key: str, floor: float) -> dict[UUID, float]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id, rank FROM parvis.{function}(%s, %s, %s)", [key, floor, _CANDIDATES])  # noqa: S608 (our names)
        return dict(cursor.fetchall())


def _doors(asked: AddressText, streets: Sequence[tuple[Street, float]]) -> list[Found]:
    """Return the asked number on each candidate street: known, placed between neighbours, or the street alone."""
    civic, tried = asked.civic, dict.fromkeys(streets[:_STREETS_WITH_DOORS])
    assert civic is not None
    by_id = {street.pk: (street, rank) for street, rank in tried}
    found = []
    for row in Address.objects.filter(street_id__in=by_id, number=civic.number).order_by("suffix"):
        street, rank = by_id[row.street_id]
        same = row.suffix == civic.suffix
        found.append(_door(row, street, rank + (0.3 if same else 0.22)))
    known = {answer.street_id for answer in found}
    neighbours = _neighbours([pk for pk in by_id if pk not in known], civic.number)
    for pk, (street, rank) in by_id.items():
        if pk not in known:
            found.append(_placed(civic, street, rank, neighbours.get(pk, [])))
    return found


def _door(row: Address, street: Street, rank: float) -> Found:
    label = _label(CivicNumber(row.number, row.suffix), street)
    return Found(Match.EXACT, label, row.lat, row.lon, rank, street_id=street.pk, address_id=row.pk)


Neighbour = tuple[int, str, float, float]


def _neighbours(streets: list[UUID], number: int) -> dict[UUID, list[Neighbour]]:
    """Return the four known doors below and above a number on each street: one query, by index."""
    if not streets:
        return {}
    side = (
        "(SELECT number, suffix, lat, lon FROM geo_address WHERE territory_id = parvis.territory()"
        " AND street_id = s.id AND number {} %s ORDER BY number {} LIMIT 4)"
    )
    found: dict[UUID, list[Neighbour]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT s.id, d.* FROM unnest(%s::uuid[]) AS s(id) CROSS JOIN LATERAL"  # noqa: S608 (pieces written above)
            f" ({side.format('<', 'DESC')} UNION ALL {side.format('>', 'ASC')}) AS d",
            [streets, number, number],
        )
        for pk, *door in cursor.fetchall():
            found.setdefault(pk, []).append(tuple(door))
    return found


def _placed(civic: CivicNumber, street: Street, rank: float, doors: list[Neighbour]) -> Found:
    """Place a number nobody knows between its neighbours, on its own side of the street when that side is known."""
    below = _closest([door for door in doors if door[0] < civic.number], civic.number)
    above = _closest([door for door in doors if door[0] > civic.number], civic.number)
    nearest = _closest([door for door in (below, above) if door], civic.number)
    if nearest is None or abs(nearest[0] - civic.number) > _FURTHEST_NUMBER:
        return _whole(street, rank)
    lat, lon = nearest[2], nearest[3]
    if below and above:
        part = (civic.number - below[0]) / (above[0] - below[0])
        lat, lon = below[2] + (above[2] - below[2]) * part, below[3] + (above[3] - below[3]) * part
    shown = str(CivicNumber(nearest[0], nearest[1]))
    return Found(Match.NEAR, _label(civic, street), lat, lon, rank + 0.1, street_id=street.pk, nearest=shown)


def _closest(doors: list[Neighbour], number: int) -> Neighbour | None:
    return min(doors, key=lambda door: ((door[0] - number) % 2, abs(door[0] - number)), default=None)


def _whole(street: Street, rank: float) -> Found:
    lat, lon = street.box.centre
    return Found(Match.STREET, street.name, lat, lon, rank, street_id=street.pk)


def _number_only(civic: CivicNumber, near: tuple[float, float] | None, limit: int) -> list[Found]:
    """Return doors with this number on any street, the nearest first when it is known where somebody stands."""
    rows = list(Address.objects.filter(number=civic.number).select_related(None)[: limit if near is None else 300])
    if near is not None:
        rows.sort(key=lambda row: geometry.distance_m(*near, row.lat, row.lon))
    streets = Street.objects.defer("lines").in_bulk({row.street_id for row in rows[:limit]})
    return [_door(row, streets[row.street_id], 0.7) for row in rows[:limit]]


def _places(text: str) -> list[Found]:
    ranks = _ranked("search_places", plain.key(text)[:LONGEST], 0.45)
    rows = Place.objects.filter(pk__in=ranks)
    return [Found(Match.PLACE, row.name, row.lat, row.lon, 0.1 + 0.85 * ranks[row.pk], place_id=row.pk) for row in rows]


def _best(found: list[Found], near: tuple[float, float] | None, limit: int) -> list[Found]:
    def order(answer: Found) -> tuple[float, str]:
        bonus = 0.0
        if near is not None:
            bonus = 0.1 * math.exp(-geometry.distance_m(*near, answer.lat, answer.lon) / 2000)
        return -(answer.rank + bonus), answer.label

    unique = {(answer.match, answer.label, answer.address_id or answer.street_id): answer for answer in found}
    ordered = sorted(unique.values(), key=order)
    return [answer for answer in ordered if answer.rank >= ordered[0].rank - _SPREAD - 0.1][:limit]


def _with_positions(found: list[Found]) -> list[Found]:
    """Move answers that are a whole street onto its line: the centre of a window may lie in a lake."""
    wanted = {answer.street_id for answer in found if answer.match is Match.STREET}
    lines = dict(Street.objects.filter(pk__in=wanted).values_list("pk", "lines")) if wanted else {}
    placed = []
    for answer in found:
        shape = lines.get(answer.street_id) if answer.match is Match.STREET else None
        lat, lon = middle(shape) if shape else (answer.lat, answer.lon)
        placed.append(replace(answer, lat=lat, lon=lon))
    return placed


def middle(lines: dict[str, Any]) -> tuple[float, float]:
    """Return the (lat, lon) in the middle of the longest piece of a GeoJSON MultiLineString."""
    longest = max(lines["coordinates"], key=len)
    return geometry.along([(lat, lon) for lon, lat, *_ in longest], 0.5)


def _label(civic: CivicNumber, street: Street) -> str:
    return address.display(civic, street.name, (get_language() or "fr").partition("-")[0])


def nearest_address(territory: Territory, lat: float, lon: float, within: float = 1000) -> Found | None:
    """Return the door nearest to a place, at most so many metres away, or None."""
    with inside(territory):
        for reach in sorted({min(within, step) for step in (60, 250, 1000, within)}):
            box = geometry.Box(lon, lat, lon, lat).grown(reach)
            rows = Address.objects.filter(
                lat__range=(box.south, box.north), lon__range=(box.west, box.east)
            ).select_related("street").defer("street__lines").order_by()  # fmt: skip
            ranked = [(geometry.distance_m(lat, lon, row.lat, row.lon), row) for row in rows]
            metres, row = min(ranked, key=lambda pair: pair[0], default=(math.inf, None))
            if row is not None and metres <= reach:
                return replace(_door(row, row.street, 1.0), distance=metres)
    return None


def nearest_street(territory: Territory, lat: float, lon: float, within: float = 500) -> Found | None:
    """Return the named street nearest to a place, at most so many metres away, or None."""
    with inside(territory):
        rows = streets_in(geometry.Box(lon, lat, lon, lat).grown(within))
        best: Found | None = None
        for row in rows:
            metres = geometry.to_point_m(geometry.read(row.lines), lat, lon)
            if metres <= within and (best is None or metres < (best.distance or 0)):
                best = Found(Match.STREET, row.name, lat, lon, 1.0, street_id=row.pk, distance=metres)
        return best


def describe(territory: Territory, lat: float, lon: float) -> Found | None:
    """Return what people would call a place: its door when one is near, else its street, else None."""
    door = nearest_address(territory, lat, lon, within=120)
    return door or nearest_street(territory, lat, lon) or nearest_address(territory, lat, lon, within=1000)


def streets_in(box: geometry.Box, lowest: int = RoadClass.PATH) -> Sequence[Street]:
    """Return the streets with lines whose window meets this one, in the territory in force, the important first."""
    return list(
        Street.objects.filter(
            road_class__lte=lowest, west__lte=box.east, east__gte=box.west, south__lte=box.north, north__gte=box.south,
            lines__isnull=False,
        ).order_by("road_class", "-length")
    )  # fmt: skip
