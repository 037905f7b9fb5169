"""What messages are about, as a person chooses it."""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise


class Weight(StrEnum):
    """How much a topic weighs: what is one's own business, what is told to whoever asked for it, what cannot wait."""

    OWN = "own"
    NEWS = "news"
    EMERGENCY = "emergency"


@dataclass(frozen=True, slots=True)
class Topic:
    """What messages are about, as a person chooses them in the preference centre.

    `label` and `hint` are plain words. `has_places`: its notices say where (`Notice.place`), so that a person may
    want only what is near places of theirs. `for_staff`: shown to those who work for the municipality. News is off
    until somebody asks for it; an emergency comes by every channel at any hour, and says so.
    """

    name: str
    label: str | Promise
    hint: str | Promise = ""
    weight: Weight = Weight.OWN
    has_places: bool = False
    for_staff: bool = False
    order: int = 100
