"""The states of a residency and the steps between them. Whether its proof still holds is read from its date."""

from enum import StrEnum


class State(StrEnum):
    """Where it stands: said by the person, proven to the territory, or over."""

    CLAIMED = "claimed"
    PROVEN = "proven"
    ENDED = "ended"


STEPS: dict[State, frozenset[State]] = {
    State.CLAIMED: frozenset({State.PROVEN, State.ENDED}),
    State.PROVEN: frozenset({State.CLAIMED, State.ENDED}),  # claimed again: the proof has lapsed
    State.ENDED: frozenset(),
}


def sources_of(target: State) -> frozenset[State]:
    """Return the states from which `target` can be reached in one step."""
    return frozenset(source for source, targets in STEPS.items() if target in targets)
