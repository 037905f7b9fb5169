"""What one request asks more than once: read once, kept until its end, forgotten when it is written."""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

Answer = TypeVar("Answer")
_kept: ContextVar[dict[Hashable, object] | None] = ContextVar("parvis_memo", default=None)


@contextmanager
def remembering() -> Iterator[None]:
    """Keep what is asked in this block; outside of such a block nothing is kept."""
    token = _kept.set({})
    try:
        yield
    finally:
        _kept.reset(token)


def remembered(key: Hashable, ask: Callable[[], Answer]) -> Answer:
    """Return what this request was answered to a key (which names the territory, where it matters), or ask now."""
    kept = _kept.get()
    if kept is None:
        return ask()
    if key not in kept:
        kept[key] = ask()
    return kept[key]  # type: ignore[return-value]  # one key, one kind of answer


def forget() -> None:
    """Forget all: something kept was written."""
    kept = _kept.get()
    if kept is not None:
        kept.clear()
