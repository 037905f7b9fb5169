"""The territory in force, read once a request."""

from uuid import UUID
from zoneinfo import ZoneInfo

from .context import current_territory_id
from .memo import remembered
from .models import Territory


def territory_here(territory_id: UUID | None = None) -> Territory:
    """Return the territory in force, or another, to read from: who changes it fetches it. Raises DoesNotExist."""
    key = territory_id or current_territory_id()
    return remembered(("territory", key), lambda: Territory.objects.get(pk=key), fact_of=key)


def zone_here(territory_id: UUID | None = None) -> ZoneInfo:
    """Return the time zone of the territory in force, or of another. Raises Territory.DoesNotExist."""
    return ZoneInfo(territory_here(territory_id).timezone)
