"""Background work of reports."""

from collections.abc import Mapping

from django.utils import timezone

from parvis.core.tasks.operations import Priority, in_context, task

from . import operations, queries
from .operations import counting
from .suggesting.corpus import examples_of
from .suggesting.learning import learn_apart


@task(name="issues.count_tiles", own_transaction=False)
def count_tiles(*, context: object) -> None:
    """Bring the counts of the public map up to date, in every territory."""
    counting.add_tile_changes()


@task(name="issues.learn", priority=Priority.BULK, own_transaction=False)
def learn(*, context: Mapping[str, str | None]) -> None:
    """Learn anew what people call each kind of problem in one territory; the long part runs outside any transaction."""
    with in_context(context):
        examples = list(examples_of(list(queries.categories())))
    if len({example.slug for example in examples}) < 2:
        return
    weights = learn_apart(examples)
    with in_context(context):
        operations.keep_learned(weights=weights, examples=len(examples), now=timezone.now())
