"""What lies in a window that holds few reports, whether they answer or not: from an index that has it all.

The database's own functions look (`sql/window.sql`): under the policies, no index serves two coordinates at once.
"""

from typing import Any
from uuid import UUID

from django.db import connection

from parvis.core.registry.entries import Window

from .public import Filter
from .tiles import Cell


def ids(asked: Filter, window: Window, most: int) -> list[UUID]:
    """Return the ids of at most so many public reports that answer in a window, in no order."""
    return [found for (found,) in _told("public_issues_in", asked, window, most)]


def cells(asked: Filter, window: Window, level: int, most: int) -> list[Cell]:
    """Return how many of at most so many public reports that answer lie in each tile of a level, 20 at the finest."""
    return [Cell(*cell) for cell in _told("public_cells_in", asked, window, most, level)]


def _told(function: str, asked: Filter, window: Window, *limits: int) -> list[tuple[Any, ...]]:
    values = [window.south, window.west, window.north, window.east, *asked.conditions(), *limits]
    places = ["%s"] * 4 + ["%s::uuid", "%s::text[]", "%s::uuid"] + ["%s"] * (2 + len(limits))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM parvis.{function}({', '.join(places)})", values)  # noqa: S608 (our text)
        return cursor.fetchall()
