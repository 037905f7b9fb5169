"""Reports nearby that may be about the same thing, before a new one is made."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, hypot, radians
from uuid import UUID

from django.db.models import F, Value
from django.db.models.functions import Power

from parvis.lib.features import likeness, sums_of
from parvis.modules.issues import workflow
from parvis.modules.issues.models import Category, Issue

REACH = 150.0  # metres
VERY_NEAR = 25.0
ENOUGH = 0.45
LOOKED_AT = 24  # the nearest of them
MOST_LETTERS = 200  # what it is about is said first
_METRES_A_DEGREE = 111_320.0


@dataclass(frozen=True, slots=True)
class Similar:
    """An open report that may be about the same thing: how far (metres), and how alike (0 to 1)."""

    issue: Issue
    metres: int
    likeness: float


def similar_to(
    *, lat: float, lon: float, category: Category | None = None, text: str = "", most: int = 3, but: UUID | None = None
) -> list[Similar]:
    """Return open public reports near a place (WGS 84 degrees) that look alike, most alike first.

    Of the same kind when it is known. Place counts most, then the words; those of others are compared, never shown.
    """
    found, said = [], sums_of(text)
    for issue in _around(lat, lon, category, but):
        metres = _metres(lat, lon, issue)
        alike = _likeness(issue, metres, category, said)
        if alike >= ENOUGH:
            found.append(Similar(issue, round(metres), alike))
    return sorted(found, key=lambda one: (-one.likeness, one.metres))[:most]


def _around(lat: float, lon: float, category: Category | None, but: UUID | None) -> Sequence[Issue]:
    """Return the nearest open reports. Compared as numbers: an index serves that under the policies, a shape's not."""
    high = REACH / _METRES_A_DEGREE
    wide = high / max(cos(radians(lat)), 0.01)
    away = Power(F("lat") - Value(lat), 2) + Power((F("lon") - Value(lon)) * Value(high / wide), 2)
    rows = Issue.objects.filter(
        status__in=sorted(workflow.OPEN),
        is_hidden=False,
        lat__gte=lat - high,
        lat__lte=lat + high,
        lon__gte=lon - wide,
        lon__lte=lon + wide,
    )
    if category is not None:
        rows = rows.filter(category=category)
    if but is not None:
        rows = rows.exclude(pk=but)
    return list(rows.annotate(away=away).order_by("away").select_related("category")[:LOOKED_AT])


def _metres(lat: float, lon: float, issue: Issue) -> float:
    assert issue.lat is not None and issue.lon is not None  # the window asked for both
    return hypot(issue.lat - lat, (issue.lon - lon) * cos(radians(lat))) * _METRES_A_DEGREE


def _likeness(issue: Issue, metres: float, category: Category | None, said: dict[int, float]) -> float:
    near = max(0.0, 1 - metres / REACH)
    words = likeness(said, sums_of(issue.description[:MOST_LETTERS])) if said and issue.description else 0.0
    if category is None:
        return 0.55 * near + 0.45 * words if words or metres <= VERY_NEAR else 0.0
    return 0.4 + 0.35 * near + 0.25 * words
