"""Background work: what was marked is counted again every twenty seconds; each night a part is checked."""

import logging
from collections.abc import Mapping

from django.utils import timezone

from parvis.core.tasks.operations import Priority, in_context, task

from . import operations

log = logging.getLogger(__name__)


@task(name="aggregates.refresh", priority=Priority.EVENT, own_transaction=False, retry=None)
def refresh(*, context: Mapping[str, str | None]) -> None:
    """Count again what changed, a cube of a territory at a time, each in a transaction of its own."""
    for territory, name in operations.marked():
        cube = operations.cube_named(name)
        if cube is not None:
            with in_context({"territory": str(territory)}):
                operations.refresh(cube, now=timezone.now())


@task(name="aggregates.verify", priority=Priority.BULK)
def verify() -> None:
    """Look each night for a count that is wrong although nothing marked it; put it right and say so."""
    now = timezone.now()
    for cube in operations.cubes():
        operations.refresh(cube, now=now)
        wrong = operations.verify(cube, now=now)
        if wrong:
            log.warning("kept counts %s: %s rows were wrong and are right now", cube.name, wrong)
        operations.forget_old(cube, now=now)
