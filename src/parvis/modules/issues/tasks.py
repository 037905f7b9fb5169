"""Work by the clock."""

from parvis.core.tasks.operations import task

from .operations import counting


@task(name="issues.count_tiles", own_transaction=False)
def count_tiles(*, context: object) -> None:
    """Bring the counts of the public map up to date, in every territory."""
    counting.add_tile_changes()
