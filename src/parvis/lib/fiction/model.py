"""What a fictional region is made of. Coordinates are WGS 84 degrees as (longitude, latitude), lengths in metres."""

from __future__ import annotations

from dataclasses import dataclass, field

Point = tuple[float, float]
Line = tuple[Point, ...]
Ring = tuple[Point, ...]
Polygon = tuple[Ring, ...]
"""An outer ring, then its holes; every ring is closed."""
MultiPolygon = tuple[Polygon, ...]


@dataclass(frozen=True, slots=True)
class District:
    """An electoral district: together, those of a municipality tile it."""

    id: str
    number: int
    name: str
    municipality: str
    area: MultiPolygon


@dataclass(frozen=True, slots=True)
class Municipality:
    """A fictional municipality. ``slug`` is ASCII and never changes; ``surface`` in km2; ``centre`` is the village."""

    slug: str
    name: str
    designation: str
    gentile: tuple[str, str]
    population: int
    centre: Point
    surface: float
    area: MultiPolygon
    village: Polygon
    districts: tuple[District, ...]
    phone: str
    email: str
    founded: int


@dataclass(frozen=True, slots=True)
class Street:
    """A named street of one municipality; its name is unique there.

    ``lines`` follow the civic numbers; streets meet at shared vertices. ``kind`` is one of provincial, collector,
    rural, residential or path; ``surface`` paved or gravel; ``speed`` in km/h; ``length`` in metres.
    """

    id: str
    name: str
    municipality: str
    kind: str
    surface: str
    speed: int
    length: float
    lines: tuple[Line, ...]
    route: str = ""


@dataclass(frozen=True, slots=True)
class Address:
    """A civic address: odd numbers stand on the left of the street, even ones on the right, rising from its start."""

    id: str
    number: int
    street: str
    street_name: str
    municipality: str
    district: str
    point: Point

    @property
    def label(self) -> str:
        """As people write it here: ``47, rue Principale``."""
        return f"{self.number}, {self.street_name}"


@dataclass(frozen=True, slots=True)
class Place:
    """A public place: town hall, school, church, library, arena, park, pool, shop of the demo people and so on."""

    id: str
    kind: str
    name: str
    municipality: str
    address: str
    point: Point
    area: Polygon | None = None


@dataclass(frozen=True, slots=True)
class Asset:
    """A thing the municipality owns. ``kind``: lamp, hydrant, culvert, bench, building, vehicle.

    ``state`` is good, worn or poor; ``details`` are pairs of a name and a value with its unit in the name.
    """

    id: str
    kind: str
    code: str
    name: str
    municipality: str
    street: str
    point: Point
    installed: int
    state: str
    details: tuple[tuple[str, str | int | float], ...] = ()


@dataclass(frozen=True, slots=True)
class Water:
    """A river, a brook or a lake. Rivers have a centre line and an area, brooks a line only, lakes an area only."""

    id: str
    kind: str
    name: str
    lines: tuple[Line, ...]
    area: MultiPolygon


@dataclass(frozen=True, slots=True)
class Bridge:
    """Where a street crosses a river; ``span`` in metres."""

    id: str
    name: str
    municipality: str
    street: str
    point: Point
    span: float


@dataclass(frozen=True, slots=True)
class Region:
    """A fictional regional county municipality (MRC) with everything that stands in it."""

    seed: int
    slug: str
    name: str
    population: int
    area: MultiPolygon
    municipalities: tuple[Municipality, ...]
    streets: tuple[Street, ...]
    addresses: tuple[Address, ...]
    places: tuple[Place, ...]
    assets: tuple[Asset, ...]
    waters: tuple[Water, ...]
    bridges: tuple[Bridge, ...]
    woods: MultiPolygon
    fictional: bool = field(default=True)

    def municipality(self, slug: str) -> Municipality:
        """The municipality with this slug. Raises KeyError."""
        for town in self.municipalities:
            if town.slug == slug:
                return town
        raise KeyError(slug)

    def streets_of(self, slug: str) -> tuple[Street, ...]:
        """Streets of a municipality, by its slug."""
        return tuple(street for street in self.streets if street.municipality == slug)

    def addresses_of(self, slug: str) -> tuple[Address, ...]:
        """Civic addresses of a municipality, by its slug."""
        return tuple(address for address in self.addresses if address.municipality == slug)

    def places_of(self, slug: str, kind: str = "") -> tuple[Place, ...]:
        """Public places of a municipality, of one kind when given."""
        return tuple(p for p in self.places if p.municipality == slug and kind in ("", p.kind))

    def assets_of(self, slug: str, kind: str = "") -> tuple[Asset, ...]:
        """Public assets of a municipality, of one kind when given."""
        return tuple(a for a in self.assets if a.municipality == slug and kind in ("", a.kind))

    def to_geojson(self) -> dict[str, dict]:
        """One GeoJSON FeatureCollection a layer: see ``geojson.LAYERS``."""
        from .geojson import layers

        return layers(self)

    def digest(self) -> str:
        """SHA-256 over everything in the region: equal digests mean equal regions, to the last digit."""
        from .geojson import digest

        return digest(self)
