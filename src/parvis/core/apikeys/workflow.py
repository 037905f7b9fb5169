"""The states of a key and the steps between them. That it has expired is read from its date."""

from enum import StrEnum


class State(StrEnum):
    """Where a key stands; `APPROVED` means that its owner has not looked at the secret yet: there is none."""

    ASKED = "asked"
    APPROVED = "approved"
    ACTIVE = "active"
    REFUSED = "refused"
    REVOKED = "revoked"


STEPS: dict[State, frozenset[State]] = {
    State.ASKED: frozenset({State.APPROVED, State.REFUSED, State.REVOKED}),
    State.APPROVED: frozenset({State.ACTIVE, State.REVOKED}),
    State.ACTIVE: frozenset({State.REVOKED}),
    State.REFUSED: frozenset(),
    State.REVOKED: frozenset(),
}


def sources_of(target: State) -> frozenset[State]:
    """Return the states from which `target` can be reached in one step."""
    return frozenset(source for source, targets in STEPS.items() if target in targets)
