"""The counts behind the public map follow the reports."""

from uuid import UUID

from django.db import connection, transaction

from parvis.core.tenancy.context import use

AT_ONCE = 100_000  # changes in one transaction: a few seconds


def add_tile_changes() -> int:
    """Add the changes that wait, in every territory, to the counts of the map; return how many there were.

    A territory that has no counts yet is counted whole.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT parvis.towns_to_count()")
        towns = [town for (town,) in cursor.fetchall()]
    return sum(_add(town) for town in towns)


def _add(town: UUID) -> int:
    added = 0
    while True:
        with transaction.atomic(), use(territory=town), connection.cursor() as cursor:
            cursor.execute("SELECT parvis.add_tile_changes(%s, %s)", [town, AT_ONCE])
            taken = cursor.fetchone()[0]
        added += taken
        if taken < AT_ONCE:
            return added
