"""The states of a card. Whether a code of it still holds is read from its dates and from the list of revoked codes."""

from enum import StrEnum


class State(StrEnum):
    """Whether codes are made for it: in use, or ended for good (a replacement is another card)."""

    ACTIVE = "active"
    ENDED = "ended"


STEPS: dict[State, frozenset[State]] = {State.ACTIVE: frozenset({State.ENDED}), State.ENDED: frozenset()}


def sources_of(target: State) -> frozenset[State]:
    """Return the states from which `target` can be reached in one step."""
    return frozenset(source for source, targets in STEPS.items() if target in targets)
