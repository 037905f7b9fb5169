"""Counts of reports."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count

from parvis.modules.issues import workflow
from parvis.modules.issues.models import Issue
from parvis.modules.issues.workflow import Status

from . import tiles
from .map_view import SOLVED_SHOWN
from .public import Filter


def counts(now: datetime) -> dict[str, int]:
    """Return what the home page says: open, and solved in the last thirty days."""
    month = now - SOLVED_SHOWN
    return {
        "open": tiles.total(Filter(state="open")),
        "solved": Issue.objects.filter(status=Status.RESOLVED, resolved_at__gte=month, is_hidden=False).count(),
    }


def category_counts() -> list[dict[str, Any]]:
    """Return the open reports by category, most first."""
    rows = Issue.objects.filter(status__in=list(workflow.OPEN), is_hidden=False)
    counted = rows.values("category__slug", "category__label_fr").annotate(n=Count("id")).order_by("-n")
    return [dict(row) for row in counted]


def reporters(since: datetime) -> Iterator[tuple[UUID, datetime]]:
    """Yield who reported something since a moment, and when."""
    rows = Issue.objects.filter(reported_at__gte=since, person_id__isnull=False)
    yield from rows.values_list("person_id", "reported_at").iterator(chunk_size=2000)
