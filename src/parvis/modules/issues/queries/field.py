"""What a crew has to do on a day, in the order of a short round, and what may be added to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone

from parvis.core.files.models import FileState, StoredFile
from parvis.core.geo import queries as places
from parvis.core.identity.models import Team
from parvis.core.tenancy.here import zone_here
from parvis.core.tenancy.models import Territory
from parvis.core.tenancy.switches import settings_of
from parvis.lib import rounds
from parvis.lib.actor import Actor
from parvis.modules.issues import workflow
from parvis.modules.issues.models import PHOTO, FieldStop, Issue, MaterialLine, WorkPhoto, WorkRecord

MOST_CANDIDATES = 200


@dataclass(frozen=True, slots=True)
class Stop:
    """One place of a round: its number, metres from the one before (straight), its photos and what was done."""

    number: int
    metres: float
    row: FieldStop
    photos: tuple[StoredFile, ...]
    work: tuple[WorkRecord, ...]

    @property
    def km(self) -> float:
        """How far from the one before, in kilometres."""
        return self.metres / 1000

    @property
    def issue(self) -> Issue:
        """The report."""
        return self.row.issue


@dataclass(frozen=True, slots=True)
class Round:
    """The stops of a day in a sensible order, and its length in metres, straight from stop to stop."""

    start: rounds.Position
    stops: tuple[Stop, ...]
    metres: float

    @property
    def km(self) -> float:
        """Its length in kilometres."""
        return self.metres / 1000


def own_teams(actor: Actor) -> list[UUID]:
    """Return the teams in which somebody's roles place them."""
    return [g.team_id for g in actor.grants if g.team_id is not None and g.territory_id == actor.territory_id]


def shortlist(actor: Actor, day: date, *, team: Team | None = None) -> QuerySet[FieldStop]:
    """Return what a team has to do on a day; without one, what somebody and their own teams have to do."""
    rows = FieldStop.objects.filter(day=day).select_related("issue__category", "issue__case", "team")
    if team is not None:
        return rows.filter(team=team)
    return rows.filter(Q(person_id=actor.person_id) | Q(team_id__in=own_teams(actor)))


def round_of(rows: Sequence[FieldStop], start: rounds.Position) -> Round:
    """Put stops in the order of a short round: those to be done first, those that ended today after them."""
    placed = [row for row in rows if row.issue.lat is not None and row.issue.lon is not None]
    left = [row for row in placed if row.issue.is_open]
    over = [row for row in rows if not row.issue.is_open or row.issue.lat is None]
    spots = [(row.issue.lat, row.issue.lon) for row in left]
    order = rounds.sensible_order(start, spots)
    photos, work = _photos(rows), _work(rows)
    stops: list[Stop] = []
    here = start
    for n in order:
        stops.append(_stop(len(stops) + 1, rounds.length_m(here, [spots[n]]), left[n], photos, work))
        here = spots[n]
    stops += [_stop(len(stops) + n, 0.0, row, photos, work) for n, row in enumerate(over, 1)]
    return Round(start, tuple(stops), rounds.length_m(start, [spots[n] for n in order]))


def _stop(
    number: int, metres: float, row: FieldStop, photos: dict[UUID, list[StoredFile]], work: dict[UUID, list[WorkRecord]]
) -> Stop:
    return Stop(number, metres, row, tuple(photos.get(row.issue_id, ())), tuple(work.get(row.issue_id, ())))


def _photos(rows: Sequence[FieldStop]) -> dict[UUID, list[StoredFile]]:
    found: dict[UUID, list[StoredFile]] = {}
    ids = [row.issue_id for row in rows]
    ready = StoredFile.objects.filter(subject_id__in=ids, purpose=PHOTO, state=FileState.READY).order_by("created_at")
    for stored in ready:
        found.setdefault(stored.subject_id, []).append(stored)  # type: ignore[arg-type]  # asked for by subject
    return found


def _work(rows: Sequence[FieldStop]) -> dict[UUID, list[WorkRecord]]:
    found: dict[UUID, list[WorkRecord]] = {}
    for record in work_records([row.issue_id for row in rows]):
        found.setdefault(record.issue_id, []).append(record)
    return found


def work_records(issues: Sequence[UUID]) -> QuerySet[WorkRecord]:
    """Return what crews did on some reports, oldest first, with material and photos."""
    return WorkRecord.objects.filter(issue_id__in=issues).prefetch_related(
        Prefetch("materials", MaterialLine.objects.order_by("id")),
        Prefetch("photos", WorkPhoto.objects.select_related("file").order_by("id")),
    )


def in_the_field(issue: Issue) -> dict[str, Any]:
    """Return what the page of a case shows of the work in the field: what was done, and whose list it may go on."""
    today = timezone.now().astimezone(zone_here(issue.territory_id)).date()
    return {"work": list(work_records([issue.pk])), "today": today}


def may_be_added(day: date, *, text: str = "") -> QuerySet[Issue]:
    """Return the open reports that stand on nobody's list of a day, the most urgent promise first."""
    taken = FieldStop.objects.filter(day=day).values("issue_id")
    rows = Issue.objects.filter(status__in=list(workflow.OPEN), lat__isnull=False).exclude(pk__in=taken)
    if text:
        named = [Q(**{f"category__label_{language}__icontains": text}) for language in ("fr", "en", "es")]
        rows = rows.filter(reduce(or_, named, Q(code=text.upper()) | Q(address__icontains=text)))
    return rows.select_related("category").order_by("due_at", "reported_at", "id")[:MOST_CANDIDATES]


def depot(territory: Territory) -> rounds.Position | None:
    """Return where crews leave from: the address of the settings, else the territory's own point."""
    address = settings_of("issues").depot
    found = places.search_addresses(territory, address, limit=1) if address else []
    if found:
        return found[0].lat, found[0].lon
    return None if territory.lat is None or territory.lon is None else (territory.lat, territory.lon)
