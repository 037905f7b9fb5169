"""Work by the clock."""

from parvis.core.tasks.operations import task
from parvis.core.tenancy.context import current_territory_id


@task(name="greeting.fade")
def fade() -> None:
    """Say in which town it ran."""
    print("faded", current_territory_id())  # noqa: T201  (the test reads it)
