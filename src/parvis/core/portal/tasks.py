"""Background work of the portal."""

from django.utils import timezone

from parvis.core.tasks.operations import Priority, task

from . import operations


@task(name="portal.reindex", priority=Priority.BULK)
def reindex() -> None:
    """Write the search of one territory again, as a net under the events."""
    operations.reindex_all()


@task(name="portal.forget", priority=Priority.BULK)
def forget() -> None:
    """Forget who was served longer ago than the figures of one territory reach."""
    operations.forget_served(now=timezone.now())
