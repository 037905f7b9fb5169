"""Who among the staff looks after which cases, and who oversees them: for what is said to staff."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from parvis.core.cases.models import Case
from parvis.core.identity.models import Assignment
from parvis.core.identity.standard_roles import foreseen_permissions

OVERSEE = "cases.oversee"
MOST_LATE = 5000


@dataclass(frozen=True, slots=True)
class Staff:
    """The staff of the territory in force at a moment: by team, those who oversee, those who work on a kind."""

    teams: dict[UUID, set[UUID]]
    overseers: set[UUID]
    permissions: list[tuple[UUID, frozenset[str]]]

    def look_after(self, case: Case) -> set[UUID]:
        """Return the colleague of a case; without one its team; without that, whoever may work on its kind."""
        if case.assignee_id:
            return {case.assignee_id}
        if case.team_id and self.teams.get(case.team_id):
            return self.teams[case.team_id]
        wanted = {"*", "cases.work", f"{case.kind}.work"}
        return {person for person, codes in self.permissions if wanted & codes}


def staff_now(now: datetime) -> Staff:
    """Return the staff of the territory in force, in one read."""
    rows = Assignment.objects.filter(Q(ends_at=None) | Q(ends_at__gt=now), starts_at__lte=now).select_related("role")
    staff = Staff({}, set(), [])
    for row in rows:
        codes = frozenset(row.role.permissions)
        if row.role.is_standard:
            codes |= foreseen_permissions(row.role.slug)
        staff.permissions.append((row.person_id, codes))
        if row.team_id:
            staff.teams.setdefault(row.team_id, set()).add(row.person_id)
        if {"*", OVERSEE} & codes:
            staff.overseers.add(row.person_id)
    return staff


@dataclass(slots=True)
class Late:
    """The late cases of one reader: their own first, then what they oversee."""

    own: list[Case] = field(default_factory=list)
    overseen: list[Case] = field(default_factory=list)


def late_by_person(now: datetime) -> dict[UUID, Late]:
    """Return the late cases of each member of staff who should know, the longest late first."""
    staff, found = staff_now(now), dict[UUID, Late]()
    for case in _late(now):
        own = staff.look_after(case)
        for person in own:
            found.setdefault(person, Late()).own.append(case)
        for person in staff.overseers - own:
            found.setdefault(person, Late()).overseen.append(case)
    return found


def _late(now: datetime) -> Iterable[Case]:
    return Case.objects.late(now).order_by("due_at", "id")[:MOST_LATE]
