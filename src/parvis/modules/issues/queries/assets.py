"""The things of the municipality that a report is about: which stand nearby, and what was said of one."""

from dataclasses import dataclass

from django.db.models import QuerySet

from parvis.core.assets.models import Asset, AssetKind
from parvis.core.assets.queries import nearest
from parvis.core.geo import drawing
from parvis.core.tenancy.models import Territory
from parvis.lib.geometry import distance_m
from parvis.modules.issues.models import Issue

MOST = 8


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
    lat, lon = issue.lat, issue.lon
    kinds = [kind for kind in issue.category.asset_kinds if kind in AssetKind.values]
    found = [asset for kind in kinds for asset in nearest(lat, lon, kind=kind, limit=most)]
    near = [
        Nearby(asset, round(distance_m(lat, lon, asset.lat, asset.lon)), asset.pk == issue.asset_id)
        for asset in found
        if asset.is_public or not public_only
    ]
    return sorted(near, key=lambda one: one.metres)[:most]


def picture_of(territory: Territory, issue: Issue, near: list[Nearby]) -> str:
    """Draw a report among the things around it, numbered as in the list; empty without any."""
    if not near or issue.lat is None or issue.lon is None:
        return ""
    marks = [drawing.Mark(issue.lat, issue.lon, str(issue.category.label), "place")]
    marks += [drawing.Mark(one.asset.lat, one.asset.lon, str(one.asset), "doing") for one in near]
    reach = max(60.0, 1.5 * max(one.metres for one in near))
    return drawing.svg(territory, drawing.around(issue.lat, issue.lon, reach), marks=marks, title=issue.address)


def issues_of(asset: Asset) -> QuerySet[Issue]:
    """Return the reports about a thing, newest first; the planned and finished ones are its works."""
    return Issue.objects.filter(asset=asset).select_related("category", "case").order_by("-reported_at")
