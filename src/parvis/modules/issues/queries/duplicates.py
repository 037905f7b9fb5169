"""Open reports that may be about the same thing, for the staff."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import cos, radians

from parvis.lib.geometry import distance_m
from parvis.modules.issues import workflow
from parvis.modules.issues.models import Issue

NEAR = 150.0  # metres
RECENT = timedelta(days=90)
MOST = 6
_LOOKED_AT = 300
_METRES_A_DEGREE = 111_320.0


@dataclass(frozen=True, slots=True)
class Likeness:
    """Another open report of the same kind, and how far away it is, in metres."""

    issue: Issue
    metres: int


def likely_duplicates(issue: Issue, *, near: float = NEAR, most: int = MOST) -> list[Likeness]:
    """Return the open reports of the same kind around an open one, nearest first; empty for one that ended."""
    if not issue.is_open or issue.lat is None or issue.lon is None:
        return []
    high = near / _METRES_A_DEGREE
    wide = high / max(cos(radians(issue.lat)), 0.01)
    rows = (
        Issue.objects.filter(
            category_id=issue.category_id,
            status__in=list(workflow.OPEN),
            lat__range=(issue.lat - high, issue.lat + high),
            lon__range=(issue.lon - wide, issue.lon + wide),
            reported_at__range=_around(issue.reported_at),
        )
        .exclude(pk=issue.pk)
        .select_related("category", "case", "case__team")
    )
    found = [
        Likeness(row, round(distance_m(issue.lat, issue.lon, row.lat, row.lon)))
        for row in rows[:_LOOKED_AT]
        if row.lat is not None and row.lon is not None
    ]
    return sorted((like for like in found if like.metres <= near), key=lambda like: like.metres)[:most]


def _around(moment: datetime) -> tuple[datetime, datetime]:
    return moment - RECENT, moment + RECENT
