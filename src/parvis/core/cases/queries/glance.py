"""One case read closely, and one person in one glance."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from parvis.core.cases.models import Case, CaseEvent, ClockStop, Message, MessageFile
from parvis.core.cases.savings import Savings, savings_of
from parvis.core.identity.models import Person
from parvis.core.identity.queries import search_people
from parvis.lib.actor import Channel
from parvis.lib.errors import NotFound
from parvis.lib.ids import CODE_ALPHABET
from parvis.lib.plain import key


def tidy_code(typed: str) -> str:
    """Return a code as it is kept (``K7M2-PX4R``) from what was typed or heard; empty when it cannot be one."""
    letters = "".join(letter for letter in typed.upper() if letter.isalnum())
    if len(letters) != 8 or any(letter not in CODE_ALPHABET for letter in letters):
        return ""
    return f"{letters[:4]}-{letters[4:]}"


def case_by_code(code: str) -> Case:
    """Return the case of that code in the scope in force. Raises NotFound."""
    wanted = tidy_code(code)
    case = Case.objects.filter(code=wanted).select_related("person", "team", "assignee", "merged_into").first()
    if not wanted or case is None:
        raise NotFound
    return case


def person_of(case: Case) -> Person | None:
    """Return the person of a case when this scope may see them; someone who withdrew is not seen any more."""
    return Person.objects.filter(pk=case.person_id).first() if case.person_id else None


def mine(person_id: UUID) -> QuerySet[Case]:
    """Return a person's own cases in all territories, newest first; for scope ``mine``."""
    return Case.objects.filter(person_id=person_id).select_related("territory").order_by("-opened_at", "-id")


def count_by_territory(person_id: UUID) -> dict[UUID, int]:
    """Return how many cases each territory holds of a person, for themselves: in scope ``mine``."""
    rows = Case.objects.filter(person_id=person_id).order_by().values_list("territory_id").annotate(Count("id"))
    return dict(rows)


def history(case: Case, *, internal: bool = False) -> QuerySet[CaseEvent]:
    """Return the history of a case, oldest first, with the staff's own lines when asked."""
    rows = CaseEvent.objects.filter(case=case, territory_id=case.territory_id).order_by("at", "id")
    return rows if internal else rows.filter(is_internal=False)


def attached_lately(events: Sequence[CaseEvent], *, since: datetime) -> CaseEvent | None:
    """Return the last time that a history says whose case it is, since a moment, unless it was taken back."""
    last = _last(events, since, "person_attached", "person_detached")
    return last if last is not None and last.name == "person_attached" and "after_id" in last.data else None


def merged_lately(events: Sequence[CaseEvent], *, since: datetime) -> CaseEvent | None:
    """Return the merge that a history ends in since a moment; None when it was taken apart, or is older."""
    last = _last(events, since, "merged", "unmerged")
    return last if last is not None and last.name == "merged" and "added" in last.data else None


def _last(events: Sequence[CaseEvent], since: datetime, *names: str) -> CaseEvent | None:
    return next((event for event in reversed(events) if event.name in names and event.at >= since), None)


def conversation(case: Case) -> QuerySet[Message]:
    """Return the messages of a case with their files, oldest first."""
    rows = Message.objects.filter(case=case, territory_id=case.territory_id)
    return rows.prefetch_related("files__file").order_by("at", "id")


def stops_of(case: Case) -> QuerySet[ClockStop]:
    """Return the times during which the clock of a case stood."""
    return ClockStop.objects.filter(case=case, territory_id=case.territory_id).order_by("stopped_at")


def savings(case: Case) -> Savings:
    """Return what a case spared people so far, term by term."""
    online, with_file = Q(channel=Channel.WEB), Q(Exists(MessageFile.objects.filter(message=OuterRef("pk"))))
    counts = Message.objects.filter(case=case).aggregate(
        online_replies=Count("pk", filter=online & Q(from_staff=False)),
        unasked_news=Count("pk", filter=Q(is_unasked=True)),
        online_files=Count("pk", filter=online & with_file),
    )
    return savings_of(opened_online=case.channel == Channel.WEB, **counts)


@dataclass(frozen=True, slots=True)
class Line:
    """One of a person's cases, as the clerk reads it while somebody is on the telephone."""

    case: Case
    is_late: bool


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Somebody known at the same address, with how many of their cases are open."""

    person: Person
    open: int


@dataclass(frozen=True, slots=True)
class Glance:
    """What a clerk sees of a person in one look: household, open cases, past ones (the last twenty), last messages."""

    person: Person
    household: Sequence[Neighbour]
    open: Sequence[Line]
    past: Sequence[Line]
    messages: Sequence[Message]


def household_of(person: Person, *, most: int = 12) -> list[Neighbour]:
    """Return who else the territory in force knows at the same address, whatever its accents and capitals."""
    if not person.address.strip():
        return []
    home = key(person.address)
    found = [other for other in search_people(person.address) if other.pk != person.pk and key(other.address) == home]
    rows = Case.objects.filter(person__in=found, closed_at=None).values_list("person_id").annotate(n=Count("pk"))
    counts = dict(rows)
    return [Neighbour(other, counts.get(other.pk, 0)) for other in found[:most]]


def glance_of(person: Person, *, now: datetime) -> Glance:
    """Return the glance of a person in the territory in force."""
    rows = Case.objects.filter(person=person).select_related("team", "assignee")
    still_open = list(rows.filter(closed_at=None).order_by("due_at", "id")[:50])
    past = list(rows.filter(closed_at__isnull=False).order_by("-opened_at")[:20])
    ids = [case.pk for case in (*still_open, *past)]
    messages = Message.objects.filter(Q(case__in=ids)).select_related("case").order_by("-at")[:8]
    return Glance(
        person=person,
        household=household_of(person),
        open=[Line(case, case.is_late(now)) for case in still_open],
        past=[Line(case, False) for case in past],
        messages=list(messages),
    )
