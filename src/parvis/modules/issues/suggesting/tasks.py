"""Learning in the background."""

from collections.abc import Mapping

from django.utils import timezone

from parvis.core.tasks.operations import Priority, in_context, task
from parvis.modules.issues import operations, queries

from .corpus import examples_of
from .learning import learn_apart


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
