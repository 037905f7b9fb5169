"""What a case spared people: contacts (calls, letters) and trips to the town hall, by a formula that is shown.

Deliberately modest: a contact is counted only where somebody would otherwise have had to call or write, a trip only
where a document would otherwise have changed hands at the counter.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """One term of the formula: `count` things, each worth `each` contacts or trips."""

    name: str
    count: int
    each: int

    @property
    def total(self) -> int:
        """Return count times each."""
        return self.count * self.each


@dataclass(frozen=True, slots=True)
class Savings:
    """Contacts and trips avoided, with the terms that give them."""

    contacts: Sequence[Line]
    trips: Sequence[Line]

    @property
    def contact_total(self) -> int:
        """Return the contacts avoided."""
        return sum(line.total for line in self.contacts)

    @property
    def trip_total(self) -> int:
        """Return the trips avoided."""
        return sum(line.total for line in self.trips)


def savings_of(*, opened_online: bool, online_replies: int, unasked_news: int, online_files: int) -> Savings:
    """Return what a case spared.

    contacts = 1 if it was opened online + 1 for each reply written online + 1 for each piece of news sent before the
    person asked for it; trips = 1 for each message that carried a document online, in either direction.
    """
    return Savings(
        contacts=(
            Line("opened_online", int(opened_online), 1),
            Line("online_replies", online_replies, 1),
            Line("unasked_news", unasked_news, 1),
        ),
        trips=(Line("online_files", online_files, 1),),
    )
