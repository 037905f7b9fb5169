"""What the adoption figures hold about people."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from .models import Served


def export(person_id: UUID) -> list[dict[str, Any]]:
    """Return the services somebody used, by month."""
    rows = Served.objects.filter(person_id=person_id).order_by("month", "counter")
    return [{"service": row.counter, "month": f"{row.month:%Y-%m}"} for row in rows]


def erase(person_id: UUID, now: datetime) -> Iterable[str]:
    """Forget them: the counts go down by one."""
    Served.objects.filter(person_id=person_id).delete()
    return []
