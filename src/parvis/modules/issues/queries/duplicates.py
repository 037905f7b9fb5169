"""Open reports that may be about the same thing, for the staff."""

from datetime import timedelta

from parvis.modules.issues.models import Issue

from .similar import Similar, similar_to

RECENT = timedelta(days=90)
MOST = 6


def likely_duplicates(issue: Issue, *, most: int = MOST) -> list[Similar]:
    """Return the open reports of the same kind and season around an open one, the most alike first."""
    if not issue.is_open or issue.lat is None or issue.lon is None:
        return []
    found = similar_to(
        lat=issue.lat, lon=issue.lon, category=issue.category, text=issue.description, most=4 * most, but=issue.pk
    )
    alike = [
        one
        for one in found
        if one.issue.category_id == issue.category_id and abs(one.issue.reported_at - issue.reported_at) <= RECENT
    ]
    return alike[:most]
