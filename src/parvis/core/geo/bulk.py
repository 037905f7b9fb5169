"""Write many rows at once, without doubles."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from parvis.core.tenancy.context import current_territory_id
from parvis.core.tenancy.models import TerritoryModel

from .importers.reading import Progress, silent

BATCH = 2000
Row = TypeVar("Row", bound=TerritoryModel)


@dataclass(slots=True)
class Stored:
    """What a write did: rows added, changed, left as they were; `left_out` lay outside the territory."""

    added: int = 0
    changed: int = 0
    same: int = 0
    doubles: int = 0
    left_out: int = 0


def upsert(
    model: type[Row], fresh: Sequence[Row], known: Callable[[Row], Row | None], progress: Progress = silent
) -> Stored:
    """Add the new rows and change the known ones that differ, in batches, in the territory in force.

    `known(row)` returns the stored row that `row` describes, or None. Rows that were already stored take its id.
    """
    names = [f.attname for f in model._meta.concrete_fields if f.attname not in {"id", "territory_id"}]
    territory_id, stored = current_territory_id(), Stored()
    added, changed = [], []
    for row in fresh:
        row.territory_id = territory_id
        old = known(row)
        if old is None:
            added.append(row)
            continue
        row.pk = old.pk
        if all(getattr(old, name) == getattr(row, name) for name in names):
            stored.same += 1
        else:
            changed.append(row)
    overwrite: dict[str, Any] = {"update_conflicts": True, "unique_fields": ["id"], "update_fields": names}
    for rows, options in ((added, {}), (changed, overwrite)):
        for start in range(0, len(rows), BATCH):
            batch = rows[start : start + BATCH]
            model.objects.bulk_create(batch, **options)
            progress(len(batch))
    stored.added, stored.changed = len(added), len(changed)
    return stored
