"""What the module publishes as open data: never words, photos or people."""

from collections.abc import Iterator, Mapping
from typing import Any

from . import queries

FIELDS = {
    "code": "Public code of the report",
    "category": "Slug of its category",
    "status": "reported, accepted, planned, resolved or declined",
    "reported_at": "Moment of the report (RFC 3339, UTC)",
    "precision": "How closely the moments are known: month, day, or empty for the moment itself",
    "resolved_at": "Moment it was solved; empty otherwise, and where an earlier register does not say",
    "lat": "Latitude, WGS 84 degrees; empty where an earlier register does not say where",
    "lon": "Longitude, WGS 84 degrees; as for the latitude",
}


def issues() -> Iterator[Mapping[str, Any]]:
    """Yield the public reports."""
    for issue in queries.public_issues().iterator(chunk_size=2000):
        yield {
            "code": issue.code,
            "category": issue.category.slug,
            "status": issue.status,
            "reported_at": issue.reported_at.isoformat(),
            "precision": issue.precision,
            "resolved_at": issue.resolved_at.isoformat() if issue.resolved_at else "",
            "lat": issue.shown_lat,
            "lon": issue.shown_lon,
        }
