"""The privacy officer's work list: every request with the moment by which it must be answered."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from uuid import UUID

from django.utils.translation import gettext as _

from parvis.core.identity.models import Person
from parvis.lib.actor import Actor

from ..models import DataRequest, ErasureRequest, RequestState

A_PAGE = 200


@dataclass(frozen=True, slots=True)
class Waiting:
    """One request of the list. `is_erasure` tells which of the two tables holds it."""

    id: UUID
    label: str
    who: str
    asked_at: datetime
    due_at: datetime
    is_late: bool
    is_erasure: bool
    days_left: int


def waiting(now: datetime) -> list[Waiting]:
    """Return what waits in the territory in force, the most urgent first."""
    rows = sorted(_asked(), key=lambda row: row.due_at)
    names = dict(Person.objects.filter(pk__in={row.person_id for row in rows}).values_list("pk", "name"))
    return [
        Waiting(
            id=row.pk,
            label=_label(row),
            who=names.get(row.person_id, ""),
            asked_at=row.asked_at,
            due_at=row.due_at,
            is_late=row.is_late(now),
            is_erasure=isinstance(row, ErasureRequest),
            days_left=(row.due_at - now).days,
        )
        for row in rows
    ]


def _asked() -> Iterator[ErasureRequest | DataRequest]:
    asked = {"state": RequestState.ASKED}
    yield from chain(
        ErasureRequest.objects.filter(**asked).order_by("due_at")[:A_PAGE],
        DataRequest.objects.filter(**asked).order_by("due_at")[:A_PAGE],
    )


def _label(row: ErasureRequest | DataRequest) -> str:
    return _("Erase a file") if isinstance(row, ErasureRequest) else str(row.get_kind_display())


def decided(limit: int = 50) -> list[tuple[ErasureRequest | DataRequest, str, bool]]:
    """Return what was answered in the territory in force, newest first: the request, its label, whether an erasure."""
    rows: list[ErasureRequest | DataRequest] = [
        *ErasureRequest.objects.exclude(state=RequestState.ASKED).order_by("-decided_at")[:limit],
        *DataRequest.objects.exclude(state=RequestState.ASKED).order_by("-decided_at")[:limit],
    ]
    newest = sorted(rows, key=lambda row: row.decided_at, reverse=True)[:limit]
    return [(row, _label(row), isinstance(row, ErasureRequest)) for row in newest]


def count_waiting(actor: Actor) -> int:
    """Return how many requests wait in the territory in force."""
    asked = {"state": RequestState.ASKED}
    return ErasureRequest.objects.filter(**asked).count() + DataRequest.objects.filter(**asked).count()
