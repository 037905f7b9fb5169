"""Learning in the background."""

from collections.abc import Mapping
from datetime import timedelta

from django.utils import timezone

from parvis.core.tasks.alone import alone
from parvis.core.tasks.operations import Priority, defer, in_context, task
from parvis.modules.issues import operations, queries

from .corpus import examples_of
from .learning import learn_apart

LATER = timedelta(seconds=20)


@task(name="issues.learn", priority=Priority.BULK, own_transaction=False)
def learn(*, context: Mapping[str, str | None]) -> None:
    """Learn anew what people call each kind of problem in one territory; the long part runs outside any transaction.

    One town at a time on a machine: each takes a processor and 200 MB for some seconds.
    """
    with alone("issues.learn") as is_alone:
        if is_alone:
            _learn(context)
            return
    with in_context(context):
        defer(learn, at=timezone.now() + LATER, unique=f"issues.learn {context['territory']}", priority=Priority.BULK)


def _learn(context: Mapping[str, str | None]) -> None:
    with in_context(context):
        examples = list(examples_of(list(queries.categories())))
    if len({example.slug for example in examples}) < 2:
        return
    weights = learn_apart(examples)
    with in_context(context):
        operations.keep_learned(weights=weights, examples=len(examples), now=timezone.now())
