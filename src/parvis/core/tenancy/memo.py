"""What one request asks more than once: read once, kept until its end, forgotten when it is written."""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID

from .context import current
from .facts import KEPT

Answer = TypeVar("Answer")


@dataclass(slots=True)
class _Memo:
    """What this request was told; `relies` when it may be served facts that this process keeps."""

    answers: dict[Hashable, Any] = field(default_factory=dict)
    relies: bool = False


_memo: ContextVar[_Memo | None] = ContextVar("parvis_memo", default=None)


@contextmanager
def remembering() -> Iterator[None]:
    """Keep what is asked in this block; outside of such a block nothing is kept."""
    token = _memo.set(_Memo())
    try:
        yield
    finally:
        _memo.reset(token)


def rely_on_facts() -> None:
    """Say that whoever asks cannot change a territory's facts: those that the process keeps will do."""
    memo = _memo.get()
    if memo is not None:
        memo.relies = True


def remembered(key: Hashable, ask: Callable[[], Answer], *, fact_of: UUID | None = None) -> Answer:
    """Return what this request was answered to a key (which names the territory, where it matters), or ask now.

    `fact_of`: the territory whose fact it is, read from models that are facts alone (:mod:`.facts`).
    """
    memo = _memo.get()
    if memo is None:
        return ask()
    if key not in memo.answers:
        relies = fact_of is not None and memo.relies
        memo.answers[key] = _fact(fact_of, key, ask) if relies and fact_of else ask()
    return memo.answers[key]  # type: ignore[no-any-return]  # one key, one kind of answer


def _fact(territory_id: UUID, key: Hashable, ask: Callable[[], Answer]) -> Answer:
    context = current()
    whole = (context.territory_id, context.scope, key)  # what a scope does not see is no answer for another
    kept = KEPT.of(territory_id)
    if whole in kept:
        return kept[whole]  # type: ignore[no-any-return]
    generation = KEPT.generation
    answer = ask()
    KEPT.put(territory_id, whole, answer, generation)
    return answer


def forget() -> None:
    """Forget all: something kept was written. From here on this request asks the database."""
    memo = _memo.get()
    if memo is not None:
        memo.answers.clear()
        memo.relies = False
