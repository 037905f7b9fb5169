"""What an entry of the calendar is one time of."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Series:
    """What an entry of the calendar is one time of: a rule of RFC 5545 that names whole days, from `first` on.

    `ref` is unique and stable, for all of its times; `skipped` are days that the rule names and that do not take place.
    """

    ref: str
    rule: str
    first: date
    skipped: tuple[date, ...] = ()
