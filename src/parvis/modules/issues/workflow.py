"""The states of a reported problem and the steps between them: a table, without Django."""

from enum import StrEnum


class Status(StrEnum):
    """Where a report stands."""

    REPORTED = "reported"
    ACCEPTED = "accepted"
    PLANNED = "planned"
    RESOLVED = "resolved"
    DECLINED = "declined"


# From where each state can be reached. Declined holds every ending without repair: refused, duplicate, not ours.
STEPS: dict[Status, frozenset[Status]] = {
    Status.REPORTED: frozenset({Status.RESOLVED, Status.DECLINED}),
    Status.ACCEPTED: frozenset({Status.REPORTED, Status.PLANNED}),
    Status.PLANNED: frozenset({Status.REPORTED, Status.ACCEPTED}),
    Status.RESOLVED: frozenset({Status.REPORTED, Status.ACCEPTED, Status.PLANNED}),
    Status.DECLINED: frozenset({Status.REPORTED, Status.ACCEPTED, Status.PLANNED}),
}

OPEN = frozenset({Status.REPORTED, Status.ACCEPTED, Status.PLANNED})
ENDED = frozenset({Status.RESOLVED, Status.DECLINED})


def sources(to: Status) -> frozenset[Status]:
    """Return the states from which `to` can be reached."""
    return STEPS[to]


def can_go(start: Status, to: Status) -> bool:
    """Tell whether the step from `start` to `to` is in the table."""
    return start in STEPS[to]
