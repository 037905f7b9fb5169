"""What people do here, and how far they must be trusted."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Deed:
    """Something people do here, by the level of trust it asks (0 visitor to 4 vetted).

    Each territory may keep it for its proven residents (`residency`'s settings); `core.residency.rules.may` answers.
    """

    code: str
    label: str
    level: int = 0
