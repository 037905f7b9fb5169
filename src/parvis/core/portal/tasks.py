"""Background work of the portal."""

from parvis.core.tasks.operations import Priority, task

from . import operations


@task(name="portal.reindex", priority=Priority.BULK)
def reindex() -> None:
    """Write the search of one territory again, as a net under the events."""
    operations.reindex_all()
