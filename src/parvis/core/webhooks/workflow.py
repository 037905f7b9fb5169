"""The states of a subscription and of a delivery, and when a delivery is tried again."""

from datetime import timedelta
from enum import StrEnum


class State(StrEnum):
    """Whether a subscription is served: `PAUSED` by staff, `STOPPED` by the house after it had failed too long."""

    ACTIVE = "active"
    PAUSED = "paused"
    STOPPED = "stopped"


STEPS: dict[State, frozenset[State]] = {
    State.ACTIVE: frozenset({State.PAUSED, State.STOPPED}),
    State.PAUSED: frozenset({State.ACTIVE}),
    State.STOPPED: frozenset({State.ACTIVE}),
}


class Fate(StrEnum):
    """What became of a delivery; `WAITING` for its first try or the next."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    GIVEN_UP = "given_up"


MOST_TRIES = 10
GIVE_UP_AFTER = timedelta(days=4)  # for one that had to wait behind others, and was not tried ten times
STOP_AFTER = timedelta(days=3)  # of failures without one success

_FIRST, _FACTOR, _LONGEST = 5.0, 5.0, 22 * 3600.0
_FIRST_REST, _LONGEST_REST = 5.0, 600.0


def sources_of(target: State) -> frozenset[State]:
    """Return the states from which `target` can be reached in one step."""
    return frozenset(source for source, targets in STEPS.items() if target in targets)


def wait_after(tries: int) -> float:
    """Return seconds before the next try: 5 s, 25 s, 2 min, 10 min, 52 min, 4 h, 22 h…; ten tries take three days."""
    return min(_LONGEST, _FIRST * _FACTOR ** min(tries - 1, 10))


def rest_after(failures: int) -> float:
    """Return seconds a silent receiver is left alone after so many failures in a row: 5 s to 10 min."""
    return min(_LONGEST_REST, _FIRST_REST * 2 ** min(max(0, failures - 1), 10))
