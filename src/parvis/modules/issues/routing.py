"""Which team gets a report: an ordered list of rules, the first that fits decides. Pure, without a database."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from uuid import UUID

from parvis.lib.plain import key


@dataclass(frozen=True)
class Facts:
    """What is known of a report when it comes in; `at` is in the territory's own zone."""

    category_id: UUID
    at: datetime
    text: str = ""
    district_id: UUID | None = None
    asset_kind: str = ""

    @cached_property
    def folded(self) -> str:
        """The words, folded, with a space at both ends: a word is looked for from its beginning."""
        return f" {key(self.text)} "


@dataclass(frozen=True)
class Rule:
    """Conditions, of which the empty ones ask nothing, and what follows. Hours are 0 to 24, the end left out.

    `words`: one of these expressions must stand in the report. `weekdays`: 0 is Monday. `from_hour` after `to_hour`
    goes over midnight; the night after a Friday evening is Saturday's.
    """

    id: UUID
    team_id: UUID | None = None
    assignee_id: UUID | None = None
    promised_days: int | None = None
    category_id: UUID | None = None
    district_id: UUID | None = None
    asset_kind: str = ""
    words: tuple[str, ...] = ()
    weekdays: frozenset[int] = field(default_factory=frozenset)
    from_hour: int | None = None
    to_hour: int | None = None

    def fits(self, facts: Facts) -> bool:
        """Tell whether every condition holds."""
        return (
            self.category_id in {None, facts.category_id}
            and self.district_id in {None, facts.district_id}
            and self.asset_kind in {"", facts.asset_kind}
            and (not self.weekdays or facts.at.weekday() in self.weekdays)
            and self._in_hours(facts.at.hour)
            and (not self.words or any(f" {word}" in facts.folded for word in self.words))
        )

    def _in_hours(self, hour: int) -> bool:
        if self.from_hour is None or self.to_hour is None:
            return True
        if self.from_hour < self.to_hour:
            return self.from_hour <= hour < self.to_hour
        return hour >= self.from_hour or hour < self.to_hour


def first_match(rules: Iterable[Rule], facts: Facts) -> Rule | None:
    """Return the first rule that fits; None leaves the report to its category's own team."""
    return next((rule for rule in rules if rule.fits(facts)), None)


def expressions(typed: str) -> tuple[str, ...]:
    """Return the folded expressions of a list typed with commas."""
    return tuple(folded for folded in (key(part) for part in typed.split(",")) if folded)
