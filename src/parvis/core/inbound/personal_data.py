"""Personal data of mail that came in: addresses of senders, for ninety days."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from parvis.core.cases.models import Case
from parvis.core.identity.models import Person

from .models import Arrival


def _of(person_id: UUID) -> QuerySet[Arrival]:
    """Return what came from a person's addresses, or went on with a case of theirs."""
    rows = Person.objects.filter(pk=person_id).values_list("email", "account__email")
    addresses = {address.lower() for row in rows for address in row if address}
    cases = Case.objects.filter(person_id=person_id).values("pk")
    return Arrival.objects.filter(Q(sender__in=addresses) | Q(case_id__in=cases))


def export(person_id: UUID) -> Any:
    """Return what came in from a person, JSON-ready; the words are with the requests."""
    return [
        {"at": row.at.isoformat(), "from": row.sender, "outcome": row.outcome, "files_not_kept": row.refused}
        for row in _of(person_id).order_by("at")
    ]


def erase(person_id: UUID, now: datetime) -> Iterable[str]:
    """Wipe the addresses. That something came in and when stays, so that it is not taken in again."""
    _of(person_id).update(sender="", refused=[])
    # The requests may have lost their person already, a moment ago: those that nobody can be told of any more.
    Arrival.objects.exclude(sender="").filter(case__person=None, case__contact_email="").update(sender="", refused=[])
    return ()
