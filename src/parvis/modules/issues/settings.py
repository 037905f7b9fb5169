"""What a territory may choose about reports."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """Choices of a territory; see the module's page in the back office."""

    anonymous_allowed: bool = True
    photos_public_at_once: bool = False
