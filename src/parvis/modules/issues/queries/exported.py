"""Public reports as records for exports: what everyone may read, nothing about people."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from parvis.core.geo.models import District
from parvis.core.tenancy.here import zone_here
from parvis.modules.issues.discretion import shown_address, shown_degrees
from parvis.modules.issues.models import STATUS_LABELS, Category, Issue

from . import tiles
from .public import Cursor, Filter, after, public_issues

FIELDS = (
    "code", "category", "kind", "status", "state", "reported_at", "due_at", "resolved_at", "address", "district",
    "lat", "lon", "description", "answer", "url",
)  # fmt: skip
"""The columns of an export, in order; `kind` and `state` are words in the reader's language."""
AT_A_TIME = 2000
_COLUMNS = (
    "pk", "code", "category_id", "status", "reported_at", "due_at", "resolved_at", "address", "district_id", "lat",
    "lon", "description", "answer", "is_text_public",
)  # fmt: skip


def records(asked: Filter, *, address: str, cursor: str = "", most: int = 50_000) -> Iterator[dict[str, Any] | str]:
    """Yield the reports that answer, newest first, at most `most`; then, when there are more, the cursor of the rest.

    `address` is that of a report's page with a star for its code. The words are those of the language in force at the
    call, whenever the records are read. Read in short walks of an index: memory stays flat.
    """
    kinds = {kind.pk: (kind.slug, str(kind.label), kind.street_only) for kind in Category.objects.all()}
    parts = dict(District.objects.values_list("pk", "name"))
    states = {status.value: str(label) for status, label in STATUS_LABELS.items()}
    here = zone_here()

    def written(row: dict[str, Any]) -> dict[str, Any]:
        slug, label, street_only = kinds[row["category_id"]]
        return {
            "code": row["code"],
            "category": slug,
            "kind": label,
            "status": row["status"],
            "state": states[row["status"]],
            **{name: _local(row[name], here) for name in ("reported_at", "due_at", "resolved_at")},
            "address": shown_address(row["address"], street_only=street_only),
            "district": parts.get(row["district_id"], ""),
            **{name: shown_degrees(row[name], street_only=street_only) for name in ("lat", "lon")},
            "description": row["description"] if row["is_text_public"] else "",
            "answer": row["answer"] if row["is_text_public"] else "",
            "url": address.replace("*", row["code"]),
        }

    if asked.text.strip():
        ids = asked.every(Cursor.read(cursor), most=most)
        return (written(row) for row in _read_these(ids))
    return (row if isinstance(row, str) else written(row) for row in _read(asked.rows(), cursor, most))


def extent(asked: Filter, *, cursor: str = "", most: int) -> tuple[int, str]:
    """Return how many reports answer, and the cursor of the last one of a file of `most`: empty when none is left.

    Of a search by words, how many are left from the cursor on, and that at least.
    """
    at = Cursor.read(cursor)
    if asked.text.strip():
        ids = asked.every(at, most=most + 1)
        last = public_issues().filter(pk=ids[most - 1]).first() if len(ids) > most else None
        return len(ids), str(Cursor(last.reported_at, last.pk)) if last else ""
    number = tiles.total(asked)
    if not cursor and number <= most:
        return number, ""
    rows = after(asked.rows().prefetch_related(None), at).values_list("reported_at", "pk")
    ends = list(rows[most - 1 : most + 1])
    return number, str(Cursor(*ends[0])) if len(ends) == 2 else ""


def _read_these(ids: Sequence[UUID]) -> Iterator[dict[str, Any]]:
    """Yield the rows of these ids in their order, in short reads."""
    for start in range(0, len(ids), AT_A_TIME):
        part = ids[start : start + AT_A_TIME]
        found = {row["pk"]: row for row in public_issues().prefetch_related(None).filter(pk__in=part).values(*_COLUMNS)}
        yield from (found[pk] for pk in part if pk in found)


def _read(rows: QuerySet[Issue], cursor: str, most: int) -> Iterator[dict[str, Any] | str]:
    """Yield rows in the order of the list, then the cursor of what is left."""
    rows, at, given = rows.prefetch_related(None), Cursor.read(cursor), 0
    while True:
        found = list(after(rows, at).values(*_COLUMNS)[: min(AT_A_TIME, most - given) + 1])
        for row in found[:AT_A_TIME]:
            if given == most:
                yield str(at)
                return
            given, at = given + 1, Cursor(row["reported_at"], row["pk"])
            yield row
        if len(found) <= AT_A_TIME:
            return


def _local(moment: datetime | None, here: Any) -> str:
    return moment.astimezone(here).isoformat(timespec="seconds") if moment else ""
