"""The states of a case and the steps between them; a module's own workflow maps onto this small table."""

from enum import StrEnum


class State(StrEnum):
    """Where a case stands, seen from outside."""

    RECEIVED = "received"
    OPEN = "open"
    WAITING = "waiting"
    CLOSED = "closed"
    MERGED = "merged"


OPEN_STATES = frozenset({State.RECEIVED, State.OPEN, State.WAITING})

STEPS: dict[State, frozenset[State]] = {
    State.RECEIVED: frozenset({State.OPEN, State.WAITING, State.CLOSED, State.MERGED}),
    State.OPEN: frozenset({State.WAITING, State.CLOSED, State.MERGED}),
    State.WAITING: frozenset({State.OPEN, State.CLOSED, State.MERGED}),
    State.CLOSED: frozenset({State.OPEN}),
    State.MERGED: frozenset(),
}


def sources_of(target: State) -> frozenset[State]:
    """Return the states from which `target` can be reached in one step."""
    return frozenset(source for source, targets in STEPS.items() if target in targets)


def can_step(source: State, target: State) -> bool:
    """Tell whether one step leads from `source` to `target`."""
    return target in STEPS[source]


class HandOverState(StrEnum):
    """Where a hand-over stands, alike at the sender's and at the receiver's."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"
    DONE = "done"


HAND_OVER_STEPS: dict[HandOverState, frozenset[HandOverState]] = {
    HandOverState.OFFERED: frozenset({HandOverState.ACCEPTED, HandOverState.REFUSED, HandOverState.WITHDRAWN}),
    HandOverState.ACCEPTED: frozenset({HandOverState.RETURNED, HandOverState.DONE}),
    HandOverState.REFUSED: frozenset(),
    HandOverState.RETURNED: frozenset(),
    HandOverState.DONE: frozenset(),
    HandOverState.WITHDRAWN: frozenset(),
}


def hand_over_sources(target: HandOverState) -> frozenset[HandOverState]:
    """Return the states from which a hand-over reaches `target` in one step."""
    return frozenset(source for source, targets in HAND_OVER_STEPS.items() if target in targets)
