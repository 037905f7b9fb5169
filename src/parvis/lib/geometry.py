"""Geometry on the ground: WGS 84 degrees in, metres where a length is meant.

Positions are (lat, lon) pairs in arguments and GeoJSON (lon, lat order) in geometries.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import shapely
from shapely.geometry import MultiPoint, mapping, shape
from shapely.geometry.base import BaseGeometry

if TYPE_CHECKING:
    from pyproj import Transformer

EARTH_RADIUS = 6_371_008.8
"""Mean radius of the Earth, in metres (IUGG)."""
MAX_MERCATOR_LAT = 85.0511287798066

GeoJSON = dict[str, Any]


class InvalidGeometry(ValueError):
    """A geometry or a reference system that cannot be read."""


@dataclass(frozen=True)
class Box:
    """A window in degrees: west, south, east, north."""

    west: float
    south: float
    east: float
    north: float

    def contains(self, lat: float, lon: float) -> bool:
        """Say whether a position is in the window, edges included."""
        return self.south <= lat <= self.north and self.west <= lon <= self.east

    def meets(self, other: "Box") -> bool:
        """Say whether two windows share at least a point."""
        across = self.west <= other.east and other.west <= self.east
        return across and self.south <= other.north and other.south <= self.north

    def grown(self, metres: float) -> "Box":
        """Return the window with a margin on each side."""
        lat = math.degrees(metres / EARTH_RADIUS)
        lon = lat / max(0.01, math.cos(math.radians((self.south + self.north) / 2)))
        return Box(self.west - lon, self.south - lat, self.east + lon, self.north + lat)

    @property
    def centre(self) -> tuple[float, float]:
        """The middle, as (lat, lon)."""
        return (self.south + self.north) / 2, (self.west + self.east) / 2


def is_position(lat: float, lon: float) -> bool:
    """Say whether two numbers are a position on Earth."""
    return math.isfinite(lat) and math.isfinite(lon) and -90 <= lat <= 90 and -180 <= lon <= 180


def distance_m(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Return the great-circle distance in metres (haversine; 0.5 % at most from the ellipsoid)."""
    a, b = math.radians(lat1), math.radians(lat2)
    half_lat, half_lon = (b - a) / 2, math.radians(lon2 - lon1) / 2
    chord = math.sin(half_lat) ** 2 + math.cos(a) * math.cos(b) * math.sin(half_lon) ** 2
    return 2 * EARTH_RADIUS * math.asin(math.sqrt(min(1.0, chord)))


def read(geojson: GeoJSON) -> BaseGeometry:
    """Return the shapely geometry of a GeoJSON geometry, made valid. Raises InvalidGeometry."""
    try:
        geometry = shape(geojson)
        if geometry.is_empty:
            raise InvalidGeometry("empty geometry")
        return geometry if geometry.is_valid else shapely.make_valid(geometry)
    except (KeyError, TypeError, AttributeError, ValueError, IndexError, shapely.errors.ShapelyError) as error:
        raise InvalidGeometry(str(error)) from error


def write(geometry: BaseGeometry, digits: int = 6) -> GeoJSON:
    """Return the GeoJSON of a geometry, coordinates rounded (6 digits are a tenth of a metre)."""
    return {"type": geometry.geom_type, "coordinates": _rounded(mapping(geometry)["coordinates"], digits)}


def _rounded(coordinates: Any, digits: int) -> Any:
    if isinstance(coordinates, (int, float)):
        return round(coordinates, digits)
    return [_rounded(part, digits) for part in coordinates]


def bbox(geometry: BaseGeometry | GeoJSON) -> Box:
    """Return the window of a geometry."""
    shaped = read(geometry) if isinstance(geometry, dict) else geometry
    return Box(*shaped.bounds)


class Area:
    """A polygon prepared for many questions of "is this place inside?"."""

    def __init__(self, geometry: BaseGeometry | GeoJSON) -> None:
        """Prepare a (multi)polygon. Raises InvalidGeometry when it has no surface."""
        shaped = read(geometry) if isinstance(geometry, dict) else geometry
        if shaped.area == 0:
            raise InvalidGeometry("a surface is needed")
        shapely.prepare(shaped)
        self.geometry = shaped
        self.box = bbox(shaped)

    def contains(self, lat: float, lon: float) -> bool:
        """Say whether a position is in the area, its edge included."""
        return self.box.contains(lat, lon) and bool(shapely.intersects_xy(self.geometry, lon, lat))

    def distance_m(self, lat: float, lon: float) -> float:
        """Return how far a position is from the area, in metres; 0 inside."""
        if self.contains(lat, lon):
            return 0.0
        return to_point_m(self.geometry, lat, lon)

    def within(self, lat: float, lon: float, metres: float) -> bool:
        """Say whether a position is inside or at most so many metres from the edge."""
        if self.contains(lat, lon):
            return True
        return metres > 0 and self.box.grown(metres).contains(lat, lon) and self.distance_m(lat, lon) <= metres


class LocalFrame:
    """Metres east and north of a position (azimuthal equidistant): true within some tens of kilometres."""

    def __init__(self, lat: float, lon: float) -> None:
        """Set the origin."""
        from pyproj import CRS, Transformer

        here = CRS.from_proj4(f"+proj=aeqd +lat_0={lat:.6f} +lon_0={lon:.6f} +datum=WGS84 +units=m")
        self._to = Transformer.from_crs("EPSG:4326", here, always_xy=True)
        self._from = Transformer.from_crs(here, "EPSG:4326", always_xy=True)

    def xy(self, lat: float, lon: float) -> tuple[float, float]:
        """Return metres east and north of the origin."""
        return self._to.transform(lon, lat)

    def latlon(self, x: float, y: float) -> tuple[float, float]:
        """Return the position so many metres east and north of the origin."""
        lon, lat = self._from.transform(x, y)
        return lat, lon

    def to_metres(self, geometry: BaseGeometry) -> BaseGeometry:
        """Return a geometry in metres."""
        return shapely.transform(geometry, self._to.transform, interleaved=False)

    def to_degrees(self, geometry: BaseGeometry) -> BaseGeometry:
        """Return a geometry in degrees."""
        return shapely.transform(geometry, self._from.transform, interleaved=False)


def simplify(geometry: BaseGeometry, metres: float) -> BaseGeometry:
    """Return a geometry with fewer points, none further than about so many metres from where it was."""
    return geometry.simplify(math.degrees(metres / EARTH_RADIUS), preserve_topology=True)


def to_point_m(geometry: BaseGeometry, lat: float, lon: float) -> float:
    """Return the distance in metres from a position to the nearest point of a geometry, 0 inside a surface."""
    # edges are straight in degrees: stretch the degrees of longitude, not the Earth, to keep them so
    stretch = math.cos(math.radians(lat))
    flat = shapely.transform(geometry, lambda x, y: ((x - lon) * stretch, y - lat), interleaved=False)
    nearest = shapely.shortest_line(flat, shapely.Point(0, 0)).coords[0]
    return distance_m(lat, lon, lat + nearest[1], lon + nearest[0] / stretch)


def length_m(geometry: BaseGeometry) -> float:
    """Return the length of a line, or of all lines of a multi-line, in metres."""
    total = 0.0
    for part in getattr(geometry, "geoms", [geometry]):
        points = shapely.get_coordinates(part)
        lon, lat = points[:, 0], points[:, 1]
        total += sum(map(distance_m, lat[:-1], lon[:-1], lat[1:], lon[1:]))
    return total


def area_km2(geometry: BaseGeometry) -> float:
    """Return the surface in square kilometres."""
    lat, lon = bbox(geometry).centre
    return LocalFrame(lat, lon).to_metres(geometry).area / 1e6


def hull(points: Iterable[tuple[float, float]], margin_m: float = 0, *, ratio: float = 1.0) -> BaseGeometry:
    """Return the polygon around (lat, lon) points with a margin in metres.

    `ratio` 1 gives the convex hull, less follows the points more closely. Raises InvalidGeometry without a point.
    """
    positions = [(lon, lat) for lat, lon in points]
    if not positions:
        raise InvalidGeometry("a hull needs points")
    cloud = MultiPoint(positions)
    frame = LocalFrame(*bbox(cloud).centre)
    local = frame.to_metres(cloud)
    around = local.convex_hull if ratio >= 1 else shapely.concave_hull(local, ratio=ratio)
    return frame.to_degrees(around.buffer(margin_m) if margin_m else around)


def point_on_surface(geometry: BaseGeometry) -> tuple[float, float]:
    """Return a (lat, lon) that is surely inside: where a label stands."""
    point = geometry.representative_point()
    return point.y, point.x


@lru_cache(maxsize=32)
def _to_wgs84(crs: str) -> "Transformer | None":
    from pyproj import CRS, Transformer
    from pyproj.exceptions import CRSError

    try:
        system = CRS.from_user_input(crs)
    except CRSError as error:
        raise InvalidGeometry(f"unknown reference system: {crs}") from error
    if (system.is_geographic and system.to_epsg() in (4326, 4269)) or system.to_authority() == ("OGC", "CRS84"):
        return None  # NAD 83 is WGS 84 within two metres, and GeoJSON files confuse them
    return Transformer.from_crs(system, "EPSG:4326", always_xy=True)


def reproject(geometry: BaseGeometry, crs: str) -> BaseGeometry:
    """Return a geometry of another reference system ("EPSG:32198") in WGS 84. Raises InvalidGeometry."""
    transformer = _to_wgs84(crs)
    if transformer is None:
        return geometry
    moved = shapely.transform(geometry, transformer.transform, interleaved=False)
    if not all(map(math.isfinite, moved.bounds)):
        raise InvalidGeometry(f"coordinates do not fit {crs}")
    return moved


def mercator(lat: float, lon: float) -> tuple[float, float]:
    """Return web-mercator world coordinates: x and y from 0 to 1, y downwards."""
    lat = min(MAX_MERCATOR_LAT, max(-MAX_MERCATOR_LAT, lat))
    y = math.asinh(math.tan(math.radians(lat))) / math.pi
    return lon / 360 + 0.5, 0.5 - y / 2


def from_mercator(x: float, y: float) -> tuple[float, float]:
    """Return the (lat, lon) of web-mercator world coordinates."""
    return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * y)))), (x - 0.5) * 360


def tile_at(lat: float, lon: float, zoom: int) -> tuple[int, int]:
    """Return the (x, y) of the web-mercator tile that holds a position."""
    side = 1 << zoom
    x, y = mercator(lat, lon)
    return min(side - 1, max(0, int(x * side))), min(side - 1, max(0, int(y * side)))


def tile_box(zoom: int, x: int, y: int) -> Box:
    """Return the window of a web-mercator tile. Raises ValueError when there is no such tile."""
    side = 1 << zoom if 0 <= zoom <= 30 else 0
    if not (0 <= x < side and 0 <= y < side):
        raise ValueError("no such tile")
    north, west = from_mercator(x / side, y / side)
    south, east = from_mercator((x + 1) / side, (y + 1) / side)
    return Box(west, south, east, north)


def zoom_for(box: Box, width: int, height: int, *, tile: int = 256, largest: int = 18) -> float:
    """Return the (fractional) zoom at which a window fills an image of so many pixels."""
    west, north = mercator(box.north, box.west)
    east, south = mercator(box.south, box.east)
    scale = min(width / max(east - west, 1e-12), height / max(south - north, 1e-12)) / tile
    return min(float(largest), math.log2(scale))


def along(points: Sequence[tuple[float, float]], fraction: float) -> tuple[float, float]:
    """Return the (lat, lon) at a fraction (0 to 1) of the way along (lat, lon) points."""
    lengths = [distance_m(*a, *b) for a, b in pairwise(points)]
    target = sum(lengths) * min(1.0, max(0.0, fraction))
    for (a, b), length in zip(pairwise(points), lengths, strict=True):
        if target <= length and length:
            part = target / length
            return a[0] + (b[0] - a[0]) * part, a[1] + (b[1] - a[1]) * part
        target -= length
    return points[-1]
