"""What a manifest says of kept counts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any


@dataclass(frozen=True, slots=True)
class Watch:
    """A table whose changes make a cube count again: a change of `columns` marks the days of `moments`.

    `model` is a label (``"cases.Case"``). `moments` are SQL expressions over a row `r` that give a moment, or null for
    one that counts nowhere; a day is the territory's. `where` ends ``r.`` as a condition (``"kind = 'issues'"``).
    `through`: (foreign key column, label of a model): `r` is that other row, whose moments these are.
    """

    model: str
    columns: tuple[str, ...]
    moments: tuple[str, ...]
    where: str = ""
    through: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Cube:
    """Counts kept for figures that would take too long to count on a page; right within a minute of a change.

    `model` is the label of a `parvis.core.aggregates.models.Kept`. `count(zone)` gives the SQL, with its parameters,
    that counts whole buckets afresh: a row has the model's `day`, `keys` and `measures`, for the buckets from
    ``%(start)s`` to ``%(end)s``, both included, of ``%(territory)s`` in ``%(zone)s``. `kept_days`: older buckets are
    dropped. A new `version` has everything counted again at the next migration. `is_public`: public pages show it.
    """

    name: str
    model: str
    count: Callable[[tzinfo], tuple[str, Mapping[str, Any]]]
    watches: tuple[Watch, ...]
    by_month: bool = False
    kept_days: int = 0
    version: int = 1
    is_public: bool = False
