"""Where a place belongs: district, inside or outside, and whose territory it is."""

from collections.abc import Callable
from uuid import UUID

from shapely.geometry.base import BaseGeometry

from parvis.core.tenancy.memo import remembered
from parvis.core.tenancy.models import Territory, TerritoryKind
from parvis.lib.geometry import Area, Box

from .kept import Kept
from .models import Boundary, District, DistrictKind, Edition
from .queries import inside

_SAME_LINE = 0.0003  # degrees, some 30 m: neighbours draw their common limit differently
TOLERANCE = 40.0
"""How far outside the boundary a place still counts as inside, in metres: telephones and lines are no surer."""

_areas: Kept[list[tuple[UUID, Area]]] = Kept(200)
_boundaries: Kept[Area] = Kept(400)


def edition(territory: Territory) -> UUID | None:
    """Return the mark of the present state of a territory's map; None when it has no map."""

    def ask() -> UUID | None:
        with inside(territory):
            return Edition.objects.values_list("mark", flat=True).first()

    return remembered(("edition", territory.pk), ask, fact_of=territory.pk)


def locate(territory: Territory, lat: float, lon: float, kind: str = DistrictKind.ELECTORAL) -> District | None:
    """Return the district of this kind that holds a place, its edge included, or None."""
    mark = edition(territory)
    if mark is None:
        return None
    with inside(territory):
        areas = _areas.get((territory.pk, kind), mark)
        if areas is None:
            rows = District.objects.filter(kind=kind)
            areas = _areas.put((territory.pk, kind), mark, [(row.pk, Area(row.polygon)) for row in rows])
        found = next((pk for pk, area in areas if area.contains(lat, lon)), None)
        return remembered(("district", found), lambda: _district(found), fact_of=territory.pk) if found else None


def _district(key: UUID) -> District | None:
    return District.objects.defer("polygon").filter(pk=key).first()


def locator(territory: Territory, kind: str = DistrictKind.ELECTORAL) -> Callable[[float, float], UUID | None]:
    """Return what tells the district's id of many places (lat, lon), from one reading of the map, or None."""
    with inside(territory):
        rows = District.objects.filter(kind=kind)
        areas = [(row.pk, Area(row.polygon)) for row in rows]
    return lambda lat, lon: next((pk for pk, area in areas if area.contains(lat, lon)), None)


def is_inside(territory: Territory, lat: float, lon: float, tolerance: float = TOLERANCE) -> bool:
    """Tell whether a place is in the territory, or at most `tolerance` metres outside.

    A territory without a boundary on file cannot tell: every place on Earth is inside.
    """
    rows = Boundary.everywhere.filter(territory=territory).defer("polygon")
    boundary = remembered(("boundary", territory.pk), rows.first, fact_of=territory.pk)
    return True if boundary is None else _area(boundary).within(lat, lon, tolerance)


def territory_at(lat: float, lon: float) -> Territory | None:
    """Return the municipality or First Nation that a place belongs to, among those of this instance, or None."""
    rows = Boundary.everywhere.filter(
        west__lte=lon, east__gte=lon, south__lte=lat, north__gte=lat,
        territory__kind__in=[TerritoryKind.MUNICIPALITY, TerritoryKind.FIRST_NATION],
    )  # fmt: skip
    for boundary in rows.select_related("territory").defer("polygon").order_by("surface"):
        if _area(boundary).contains(lat, lon):
            return boundary.territory
    return None


def neighbour_at(territory: Territory, lat: float, lon: float) -> Territory | None:
    """Return the other territory that a place outside this one belongs to, or None when nobody here knows it."""
    found = territory_at(lat, lon)
    return None if found is None or found.pk == territory.pk else found


def limits(territory: Territory, box: Box) -> list[tuple[Boundary, BaseGeometry]]:
    """Return the limits that cross a window, each stretch once: this territory's own, then what is left of others."""
    rows = Boundary.everywhere.select_related("territory").filter(
        west__lte=box.east, east__gte=box.west, south__lte=box.north, north__gte=box.south
    )
    found: list[tuple[Boundary, BaseGeometry]] = []
    for row in sorted(rows, key=lambda row: (row.territory_id != territory.pk, row.surface)):
        line = _area(row).geometry.boundary
        for _other, drawn in found:
            line = line.difference(drawn.buffer(_SAME_LINE))
        if not line.is_empty:
            found.append((row, line))
    return found


def _area(boundary: Boundary) -> Area:
    area = _boundaries.get(boundary.territory_id, boundary.edition)
    if area is None:
        polygon = Boundary.everywhere.values_list("polygon", flat=True).get(pk=boundary.pk)
        area = _boundaries.put(boundary.territory_id, boundary.edition, Area(polygon))
    return area
