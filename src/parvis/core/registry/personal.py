"""What a manifest says of people: what it holds, what it asks their consent for, what it decides by itself."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.utils.functional import Promise

Text = str | Promise


@dataclass(frozen=True, slots=True)
class PersonalData:
    """What a module holds about people: why, how long, and how it is exported and erased.

    `export(person_id)` returns JSON-ready data of the territory in force; `erase(person_id, now)` removes or
    de-identifies it there and returns what had to be kept, by law, with the reason. `everywhere`: it belongs to the
    person, not to a territory; both are called once, in scope ``mine``, and erased when the account is closed.
    `readers` says who may see it, for the register of processing activities.
    """

    name: str
    label: str
    purpose: str
    retention: str
    export: Callable[[UUID], Any]
    erase: Callable[[UUID, datetime], Iterable[str]]
    categories: tuple[str, ...] = ()
    everywhere: bool = False
    readers: str = ""


class PurposeKind(StrEnum):
    """What sort of use a consent is for. All but the first must also say how they are switched on."""

    GENERAL = "general"
    LOCATION = "location"
    PROFILING = "profiling"
    MATCHING = "matching"


@dataclass(frozen=True, slots=True)
class Purpose:
    """One use of somebody's data that waits for their consent, off until they give it (`privacy.queries.consents`).

    `words` say in plain words what they would agree to, `version` which wording that is: a consent to other words than
    those shown now counts no more. `how`: how this is switched on, for location, profiling and matching.
    """

    name: str
    label: Text
    words: Text
    version: int = 1
    kind: PurposeKind = PurposeKind.GENERAL
    how: Text = ""


@dataclass(frozen=True, slots=True)
class AutomatedDecision:
    """Something that a program decides by itself, without anybody of the staff.

    `how` says in plain words what it decides and by what reasons, `factors` what it looks at, `review` who looks again
    and how. `about_people`: it decides something about a person, who is then told (`privacy.operations.note_decision`)
    and may ask that a human look again; otherwise it sorts work and stands in the register for all to see.
    """

    name: str
    label: Text
    how: Text
    factors: tuple[Text, ...]
    review: Text
    about_people: bool = True
