"""A reported problem and its history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ..model import Point
from ..people import FictionPerson

EVENT_KINDS = ("received", "seen", "assigned", "note", "question", "reply", "planned", "late_notice", "duplicate",
               "transferred", "refused", "withdrawn", "resolved", "reopened", "rated")  # fmt: skip
OUTCOMES = ("resolved", "duplicate", "transferred", "refused", "withdrawn")
PARTNERS = ("ministry", "hydro", "mrc", "environment", "police")


@dataclass(frozen=True, slots=True)
class ReportEvent:
    """One dated step. ``at`` is in UTC; ``by`` is a staff key, ``reporter`` or ``system``.

    ``text`` is what was written: to the reporter, except for a ``note``, which stays inside. ``value`` depends on the
    kind: a service for assigned, a partner for transferred, the first report's key for duplicate, 1 to 5 for rated.
    """

    at: datetime
    kind: str
    by: str
    text: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class FictionReport:
    """A problem as reported. ``reported_at`` and ``due_at`` are in UTC; ``outcome`` is empty while it is open.

    ``reporter`` is None when nobody gave a name; ``address`` and ``asset`` are identifiers of the region, or empty;
    ``photo`` says that a picture came with it (``make_photo`` draws it), ``photo_after`` that staff sent one back.
    """

    key: str
    municipality: str
    category: str
    reported_at: datetime
    due_at: datetime
    channel: str
    language: str
    text: str
    reporter: FictionPerson | None
    point: Point
    address: str
    street: str
    asset: str
    district: str
    photo: bool
    photo_after: bool
    outcome: str
    events: tuple[ReportEvent, ...]

    @property
    def closed_at(self) -> datetime | None:
        """The moment it ended, or None while it is open."""
        ends = [event.at for event in self.events if event.kind in OUTCOMES]
        return ends[-1] if self.outcome and ends else None

    @property
    def late(self) -> bool:
        """It ended after its due moment."""
        return self.closed_at is not None and self.closed_at > self.due_at
