"""Background work of the events."""

from django.db import connection

from parvis.core.tasks.operations import Priority, task

# Long after any job could still be revived, and short enough for the table to stay small.
KEPT_DAYS = 30
_FORGET = """
    DELETE FROM events_receipt WHERE id IN (
        SELECT id FROM events_receipt WHERE at < now() - %s * interval '1 day' ORDER BY at LIMIT 100000
    )
"""


@task(name="events.forget_receipts", priority=Priority.BULK)
def forget_receipts() -> None:
    """Delete receipts of events that were handled a month ago."""
    with connection.cursor() as cursor:
        cursor.execute(_FORGET, [KEPT_DAYS])
