"""The things of the municipality that a report is about: which stand nearby, and what was said of one."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from parvis.core.assets.models import Asset, AssetKind, AssetState
from parvis.core.assets.queries import nearest
from parvis.core.geo import drawing
from parvis.core.tenancy.models import Territory
from parvis.lib.errors import NotFound
from parvis.lib.geometry import distance_m
from parvis.modules.issues.models import Issue

MOST = 8
ASSET = "asset"
"""The code by which programs say which thing it is."""
THING = "thing:"
"""What stands before the id of a thing in the reference of a place that was chosen on the map."""


@dataclass(frozen=True, slots=True)
class Nearby:
    """A thing near a report, how far in metres, and whether it is the one that was chosen."""

    asset: Asset
    metres: int
    is_chosen: bool


def assets_near(issue: Issue, *, public_only: bool = False, most: int = MOST) -> list[Nearby]:
    """Return the things of the category's kinds around a report, nearest first; empty when it is about none.

    `public_only` leaves out those that the public map does not show.
    """
    if issue.lat is None or issue.lon is None:
        return []
    return things_near(
        issue.lat, issue.lon, issue.category.asset_kinds, chosen=issue.asset_id, public_only=public_only, most=most
    )


def things_near(
    lat: float, lon: float, kinds: Sequence[str], *, chosen: UUID | None, public_only: bool, most: int = MOST
) -> list[Nearby]:
    """Return the things of some kinds around a place, nearest first; `chosen` is the one that was named already."""
    known = [kind for kind in kinds if kind in AssetKind.values]
    found = [one for kind in known for one in nearest(lat, lon, kind=kind, public_only=public_only, limit=most)]
    near = [Nearby(one, round(distance_m(lat, lon, one.lat, one.lon)), one.pk == chosen) for one in found]
    return sorted(near, key=lambda one: one.metres)[:most]


def asset_by_id(key: object) -> Asset | None:
    """Return the thing of that id, as written by whoever; none for anything else."""
    try:
        return Asset.objects.filter(pk=UUID(str(key))).first()
    except ValueError:
        return None


def asset_by_number(number: str, kinds: Sequence[str]) -> Asset | None:
    """Return the public thing of some kinds that carries a number, as it is written on it."""
    return Asset.objects.filter(code__iexact=number.strip()[:60], kind__in=list(kinds), is_public=True).first()


def public_asset(pk: UUID) -> Asset:
    """Return a thing that the public map shows. Raises NotFound."""
    found = Asset.objects.filter(pk=pk, is_public=True).exclude(state=AssetState.REMOVED).first()
    if found is None:
        raise NotFound
    return found


def picture_of(territory: Territory, issue: Issue, near: list[Nearby]) -> str:
    """Draw a report among the things around it, numbered as in the list; empty without any."""
    if issue.lat is None or issue.lon is None:
        return ""
    return picture_around(territory, issue.lat, issue.lon, near, title=issue.address, linked=False)


def picture_around(
    territory: Territory, lat: float, lon: float, near: Sequence[Nearby], *, title: str, linked: bool = True
) -> str:
    """Draw a place among the things around it; `linked`: each leads to its line (``#asset-<id>``)."""
    if not near:
        return ""
    marks = [drawing.Mark(lat, lon, title, "place")]
    for one in near:
        url = f"#asset-{one.asset.pk}" if linked else ""
        marks.append(drawing.Mark(one.asset.lat, one.asset.lon, str(one.asset), "doing", url))
    reach = max(60.0, 1.5 * max(one.metres for one in near))
    return drawing.svg(territory, drawing.around(lat, lon, reach), marks=marks, title=title)


def issues_of(asset: Asset) -> QuerySet[Issue]:
    """Return the reports about a thing, newest first; the planned and finished ones are its works."""
    return Issue.objects.filter(asset=asset).select_related("category", "case").order_by("-reported_at")
