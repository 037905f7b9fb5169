"""The reads behind the answers: public reports only."""

import math
from collections.abc import Iterable
from uuid import UUID

from django.db.models import F, FloatField, QuerySet, Value
from django.db.models.expressions import ExpressionWrapper

from parvis.core.files.models import FileState, StoredFile
from parvis.core.registry.entries import Window
from parvis.core.tenancy.models import Territory
from parvis.modules.issues import queries, workflow
from parvis.modules.issues.models import PHOTO, Category, Issue

from .asking import Around, Asked

METRES_PER_DEGREE = 111_195.0
MOST_AROUND = 2_000
STATES = {"open": workflow.OPEN, "closed": workflow.ENDED}


def find_territory(slug: str) -> Territory | None:
    """Return the territory that a ``jurisdiction_id`` names."""
    return Territory.objects.filter(slug=slug).first() if "\x00" not in slug else None


def only_territory() -> Territory | None:
    """Return the one territory of an instance that has no other."""
    first = list(Territory.objects.all()[:2])
    return first[0] if len(first) == 1 else None


def public_requests() -> QuerySet[Issue]:
    """Return what everyone may see, newest first, with the moment each one's case was closed (`closed_at`)."""
    return queries.public_issues().annotate(closed_at=F("case__closed_at"))


def find_requests(asked: Asked) -> tuple[list[Issue], bool]:
    """Return one page of the requests that answer the filters, and whether another page follows."""
    if asked.ids:
        return list(public_requests().filter(code__in=[code for code in asked.ids if "\x00" not in code])), False
    rows = queries.public_issues().prefetch_related(None)  # without cases and kinds: joined, they make the planner sort
    if asked.services:
        kinds = Category.objects.filter(slug__in=[code for code in asked.services if "\x00" not in code])
        rows = rows.filter(category_id__in=list(kinds.values_list("pk", flat=True)))
    if len(asked.statuses) == 1:
        rows = rows.filter(status__in=list(STATES[next(iter(asked.statuses))]))
    limits = {
        "reported_at__gte": asked.start,
        "reported_at__lte": asked.end,
        "changed_at__gte": asked.changed_after,
        "changed_at__lte": asked.changed_before,
    }
    rows = rows.filter(**{name: moment for name, moment in limits.items() if moment is not None})
    if asked.around is not None:
        rows = _within(rows, asked.around)
    first = (asked.page - 1) * asked.size
    found = list(rows.values_list("pk", flat=True)[first : first + asked.size + 1])
    return list(public_requests().filter(pk__in=found[: asked.size])), len(found) > asked.size


def _within(rows: QuerySet[Issue], around: Around) -> QuerySet[Issue]:
    """Keep what lies in a circle of 50 km at the most, by a flat distance.

    Of a box around it that holds few, the ids are found beforehand. Where it holds many, the newest are soon met in the
    order of the list: limits on the coordinates would make the planner look for all of them, and sort.
    """
    narrow = max(math.cos(math.radians(around.lat)), 0.01)
    tall = around.radius / METRES_PER_DEGREE
    wide = tall / narrow
    north, east = F("lat") - Value(around.lat), (F("lon") - Value(around.lon)) * Value(narrow)
    apart = ExpressionWrapper(north * north + east * east, output_field=FloatField())
    box = Window(around.lat - tall, around.lon - wide, around.lat + tall, around.lon + wide, 0)
    found = queries.near.ids(queries.Filter(), box, MOST_AROUND + 1)
    if len(found) <= MOST_AROUND:
        rows = rows.filter(pk__in=found)
    return rows.alias(apart=apart).filter(apart__lte=tall**2)


def public_photos(issues: Iterable[Issue]) -> dict[UUID, list[StoredFile]]:
    """Return the released photos of each report, oldest first, in one read."""
    found: dict[UUID, list[StoredFile]] = {}
    rows = StoredFile.objects.filter(
        subject_id__in=[issue.pk for issue in issues], purpose=PHOTO, is_public=True, state=FileState.READY
    )
    for photo in rows.order_by("created_at", "pk"):
        found.setdefault(photo.subject_id, []).append(photo)
    return found
