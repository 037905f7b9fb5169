"""What the citizen card may be shown for, as modules declare it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class CardPurpose:
    """What the citizen card may be shown for: `claims` are all that a checker then sees of its holder.

    Each is one of ``resident``, ``until`` (the last day of the proof), ``level``, ``number``, ``name``. `tells` says it
    in the holder's words. `entitlements(person_id, now)` returns short codes of what the module grants them.
    """

    name: str
    label: str | Promise
    tells: str | Promise
    claims: tuple[str, ...]
    icon: str = "card"
    order: int = 100
    entitlements: Callable[[UUID, datetime], Iterable[str]] | None = None
