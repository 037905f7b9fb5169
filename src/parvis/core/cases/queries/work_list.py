"""The one work list of the staff, over all kinds.

Every question begins with the territory and with `closed_at IS NULL` where it can: both find a partial index, and all
the operators used are leakproof, so that row-level security leaves the index in use.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from parvis.core.cases.models import Case, SavedFilter
from parvis.core.cases.workflow import OPEN_STATES
from parvis.core.tenancy.context import use
from parvis.core.tenancy.guard import Scope
from parvis.core.tenancy.models import Territory
from parvis.core.territories.models import Delegation
from parvis.lib.actor import Actor, Grant
from parvis.lib.plain import words

from .glance import tidy_code
from .options import options

MOST_FOUND = 500


@dataclass(frozen=True, slots=True)
class WorkFilter:
    """A question put to the work list. `state`: ``open`` (not ended), ``all``, or the name of one state."""

    kind: str = ""
    state: str = "open"
    team_id: UUID | None = None
    assignee_id: UUID | None = None
    district_id: UUID | None = None
    unassigned: bool = False
    late: bool = False
    due_soon: bool = False
    awaiting: bool = False
    text: str = ""

    @property
    def only_open(self) -> bool:
        """Whether ended cases are left out."""
        return self.state == "open" or self.state in OPEN_STATES or self.late or self.due_soon


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the list; `next` is the cursor of the following one, empty at the end."""

    cases: Sequence[Case]
    next: str = ""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many open cases there are, of each sort; read from one index."""

    open: int = 0
    late: int = 0
    due_soon: int = 0
    mine: int = 0
    unassigned: int = 0
    awaiting: int = 0


@dataclass(frozen=True, slots=True)
class _Cursor:
    at: datetime | None
    id: UUID

    @classmethod
    def read(cls, text: str) -> "_Cursor | None":
        moment, _, last = text.partition("_")
        try:
            return cls(datetime.fromisoformat(moment) if moment else None, UUID(last)) if last else None
        except ValueError:
            return None

    @staticmethod
    def write(moment: datetime | None, last: UUID) -> str:
        return f"{moment.isoformat() if moment else ''}_{last}"


def _kinds_of(grant: Grant) -> frozenset[str] | None:
    """Return the kinds a grant lets see; None stands for all."""
    if {"*", "cases.view", "cases.work"} & grant.permissions:
        return None
    return frozenset(code.rpartition(".")[0] for code in grant.permissions if code.endswith((".work", ".view")))


def visible_to(actor: Actor, rows: QuerySet[Case]) -> QuerySet[Case]:
    """Keep the cases that the actor's roles let see: by kind, by district."""
    if actor.is_system:
        return rows
    seen = Q()
    for grant in actor.grants:
        kinds = _kinds_of(grant)
        if grant.territory_id != actor.territory_id or kinds == frozenset():
            continue
        part = Q() if kinds is None else Q(kind__in=sorted(kinds))
        if grant.district_id is not None:
            part &= Q(district_id=grant.district_id)
        if not part:
            return rows
        seen |= part
    return rows.filter(seen) if seen else rows.none()


def _filtered(rows: QuerySet[Case], wanted: WorkFilter, now: datetime) -> QuerySet[Case]:
    asked = Q()
    if wanted.only_open:
        asked &= Q(closed_at=None)
    if wanted.state not in {"open", "all"}:
        asked &= Q(state=wanted.state)
    for name in ("kind", "team_id", "assignee_id", "district_id"):
        if value := getattr(wanted, name):
            asked &= Q(**{name: value})
    if wanted.unassigned:
        asked &= Q(assignee_id=None, team_id=None)
    if wanted.late:
        asked &= Q(due_at__lt=now)
    if wanted.due_soon:
        asked &= Q(due_at__gte=now, due_at__lt=now + timedelta(days=options().due_soon_days))
    if wanted.awaiting:
        asked &= Q(awaiting_reply_since__isnull=False)
    return rows.filter(asked)


def find_ids(wanted: WorkFilter, *, most: int = MOST_FOUND) -> list[UUID]:
    """Return the newest cases of the territory in force whose words match, forgiving typos when nothing matches."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM parvis.search_cases(%s, %s, %s, %s, %s, %s, %s)",
            [
                [tidy_code(wanted.text).replace("-", "").lower()] if tidy_code(wanted.text) else words(wanted.text)[:8],
                wanted.only_open,
                wanted.kind or None,
                wanted.team_id,
                wanted.assignee_id,
                wanted.district_id,
                most,
            ],
        )
        return [row[0] for row in cursor.fetchall()]


def work_list(*, actor: Actor, wanted: WorkFilter, now: datetime, after: str = "", size: int = 50) -> Page:
    """Return a page of the cases the actor may see: open ones by due moment, others by opening, newest first."""
    rows = _filtered(visible_to(actor, Case.objects.all()), wanted, now)
    if wanted.text.strip():
        rows = rows.filter(pk__in=find_ids(wanted))
    rows = rows.select_related("team", "assignee", "person")
    return _page(rows, wanted, after, size)


def work_ids(*, actor: Actor, wanted: WorkFilter, now: datetime, most: int) -> list[UUID]:
    """Return the cases of a question that the actor may see, up to `most`, for an act on all of them."""
    rows = _filtered(visible_to(actor, Case.objects.all()), wanted, now)
    if wanted.text.strip():
        rows = rows.filter(pk__in=find_ids(wanted))
    return list(rows.order_by("opened_at", "id").values_list("pk", flat=True)[:most])


def _page(rows: QuerySet[Case], wanted: WorkFilter, after: str, size: int) -> Page:
    cursor = _Cursor.read(after)
    found = _by_due(rows, cursor, size + 1) if wanted.only_open else _by_opening(rows, cursor, size + 1)
    if len(found) <= size:
        return Page(found)
    last = found[size - 1]
    return Page(found[:size], _Cursor.write(last.due_at if wanted.only_open else last.opened_at, last.pk))


def _by_due(rows: QuerySet[Case], cursor: _Cursor | None, size: int) -> list[Case]:
    """Open cases by due moment; those that promise nothing come last. Two plain index walks instead of an OR."""
    found: list[Case] = []
    if cursor is None or cursor.at is not None:
        dated = rows.filter(due_at__isnull=False)
        if cursor is not None:
            dated = dated.filter(Q(due_at__gte=cursor.at) & (Q(due_at__gt=cursor.at) | Q(pk__gt=cursor.id)))
        found = list(dated.order_by("due_at", "id")[:size])
    if len(found) < size:
        undated = rows.filter(due_at=None)
        if cursor is not None and cursor.at is None:
            undated = undated.filter(pk__gt=cursor.id)
        found += undated.order_by("id")[: size - len(found)]
    return found


def _by_opening(rows: QuerySet[Case], cursor: _Cursor | None, size: int) -> list[Case]:
    if cursor is not None and cursor.at is not None:
        rows = rows.filter(Q(opened_at__lte=cursor.at) & (Q(opened_at__lt=cursor.at) | Q(pk__lt=cursor.id)))
    return list(rows.order_by("-opened_at", "-id")[:size])


def count_work(*, actor: Actor, now: datetime) -> Counts:
    """Count the open cases the actor may see, in one walk of the index of the open ones."""
    soon = now + timedelta(days=options().due_soon_days)
    rows = visible_to(actor, Case.objects.filter(closed_at=None))
    return Counts(
        **rows.aggregate(
            open=Count("pk"),
            late=Count("pk", filter=Q(due_at__lt=now)),
            due_soon=Count("pk", filter=Q(due_at__gte=now, due_at__lt=soon)),
            mine=Count("pk", filter=Q(assignee_id=actor.person_id)),
            unassigned=Count("pk", filter=Q(assignee_id=None, team_id=None)),
            awaiting=Count("pk", filter=Q(awaiting_reply_since__isnull=False)),
        )
    )


def count_late(actor: Actor) -> int:
    """Count the late cases the actor may see, from the index of the open ones."""
    return visible_to(actor, Case.objects.late(timezone.now())).count()


def count_awaiting(actor: Actor) -> int:
    """Count the cases whose person waits for an answer to a message."""
    return visible_to(actor, Case.objects.filter(awaiting_reply_since__isnull=False)).count()


def count_mine(actor: Actor) -> int:
    """Count the open cases given to the actor."""
    return Case.objects.filter(closed_at=None, assignee_id=actor.person_id).count()


def delegations_of(actor: Actor, now: datetime) -> dict[UUID, frozenset[str]]:
    """Return, by member, the services it delegated to the actor's territory and that the actor's roles cover here."""
    rows = Delegation._base_manager.filter(delegate_id=actor.territory_id, starts_at__lte=now)
    found: dict[UUID, set[str]] = {}
    for member, service in rows.filter(Q(ends_at=None) | Q(ends_at__gt=now)).values_list("territory_id", "service"):
        if any(actor.may(code) for code in ("cases.view", "cases.work", f"{service}.view", f"{service}.work")):
            found.setdefault(member, set()).add(service)
    return {member: frozenset(services) for member, services in found.items()}


def delegated_cases(
    *, actor: Actor, wanted: WorkFilter, now: datetime, town: str = "", after: str = "", size: int = 50
) -> Page:
    """Return a page of the cases of members that delegated their service to the actor's territory.

    `town` is the slug of one of them. One short index walk a member, put together here. The search by words stays
    inside one territory.
    """
    members = delegations_of(actor, now)
    if town:
        members = {known.pk: members[known.pk] for known in Territory.objects.filter(slug=town, pk__in=members)}
    with use(scope=Scope.DELEGATED):
        found: list[Case] = []
        for member, services in members.items():
            rows = Case.objects.filter(territory_id=member, kind__in=sorted(services))
            rows = rows.select_related("territory", "team", "assignee")
            found += _page(_filtered(rows, wanted, now), wanted, after, size + 1).cases
    if wanted.only_open:
        found.sort(key=lambda case: (case.due_at is None, case.due_at.timestamp() if case.due_at else 0.0, case.pk))
    else:
        found.sort(key=lambda case: (case.opened_at, case.pk), reverse=True)
    if len(found) <= size:
        return Page(found)
    last = found[size - 1]
    return Page(found[:size], _Cursor.write(last.due_at if wanted.only_open else last.opened_at, last.pk))


def count_delegated(actor: Actor) -> int | None:
    """Count the open cases of members that delegated their service; None when nobody did."""
    members = delegations_of(actor, timezone.now())
    if not members:
        return None
    with use(scope=Scope.DELEGATED):
        return sum(
            Case.objects.filter(territory_id=member, kind__in=sorted(services), closed_at=None).count()
            for member, services in members.items()
        )


def saved_filters(actor: Actor) -> QuerySet[SavedFilter]:
    """Return the actor's own filters and those that colleagues share."""
    return (
        SavedFilter.objects.filter(Q(owner_id=actor.person_id) | Q(is_shared=True))
        .select_related("owner")
        .order_by("name")
    )
