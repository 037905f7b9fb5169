"""What was forgotten stays forgotten: written down outside the database, and forgotten again after a restore.

The line is a row first, in the transaction of what happened; a task then writes it to the file. So neither a rollback
nor a crash leaves the two apart. A backup holds the rows of its day: what the file knows beyond them came after, and is
done again.
"""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from parvis.core.identity.models import Person
from parvis.core.tasks.operations import defer
from parvis.core.tenancy.context import use
from parvis.core.tenancy.guard import Scope
from parvis.core.tenancy.models import Territory
from parvis.lib.actor import Actor, Channel

from .. import ledger
from ..models import Consent, ErasureRequest, Forgotten, RequestState, What
from .forgetting import erase_everywhere, erase_here


def remember(line: Forgotten) -> None:
    """Write a line down, in the running transaction; the file follows after the commit."""
    from ..tasks import keep_line as work

    line.save(force_insert=True)
    defer(work, line=str(line.pk))


def keep_line(*, line_id: UUID) -> None:
    """Write one line to the file. Twice is once: whoever reads it goes by the id."""
    row = Forgotten.objects.filter(pk=line_id).first()
    if row is not None:
        ledger.append(_file(), [_line(row)])


def complete_ledger() -> int:
    """Write to the file what the database knows and the file does not; return how many lines."""
    known = ledger.read(_file()).keys()
    missing = [_line(row) for row in Forgotten.objects.order_by("id").iterator() if str(row.pk) not in known]
    ledger.append(_file(), missing)
    return len(missing)


def forget_again(*, now: datetime, path: Path | None = None) -> int:
    """Do again what the file knows and the restored database does not; return how many lines. Safe to run again."""
    known = {str(pk) for pk in Forgotten.objects.values_list("pk", flat=True)}
    lines = [line for key, line in ledger.read(path or _file()).items() if key not in known]
    for line in lines:
        with transaction.atomic():
            _again(line, now)
    return len(lines)


def _again(line: Mapping[str, Any], now: datetime) -> None:
    person_id = UUID(line["person"])
    territory_id = UUID(line["territory"]) if line["territory"] else None
    subject_id = UUID(line["subject"]) if line["subject"] else None
    if line["what"] == What.CLOSED:
        with use(territory=None, person=person_id, scope=Scope.MINE):
            if Person.objects.filter(pk=person_id).exists():
                erase_everywhere(person_id=person_id, now=now)
    elif Territory.objects.filter(pk=territory_id).exists():
        with use(territory=territory_id, person=None):
            if line["what"] == What.WITHDRAWN:
                _withdraw(person_id, str(line["detail"]), now)
            else:
                _erase(person_id, subject_id, now)
    Forgotten.objects.create(
        id=UUID(line["id"]),
        what=line["what"],
        person_id=person_id,
        territory_id=territory_id,
        subject_id=subject_id,
        detail=line["detail"],
        at=datetime.fromisoformat(line["at"]),
    )


def _erase(person_id: UUID, request_id: UUID | None, now: datetime) -> None:
    if not Person.objects.filter(pk=person_id).exists():
        return
    kept = erase_here(actor=Actor.system(None), person_id=person_id, now=now)
    ErasureRequest.objects.filter(pk=request_id, state=RequestState.ASKED).update(
        state=RequestState.DONE, decided_at=now, kept=kept
    )


def _withdraw(person_id: UUID, purpose: str, now: datetime) -> None:
    last = Consent.objects.filter(person_id=person_id, purpose=purpose).first()
    if last is not None and last.is_given:
        said = {"purpose": purpose, "version": last.version, "is_given": False}
        Consent.objects.create(person_id=person_id, channel=Channel.SYSTEM, at=now, **said)


def _file() -> Path:
    return Path(settings.FORGOTTEN_FILE)


def _line(row: Forgotten) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "what": row.what,
        "person": str(row.person_id),
        "territory": str(row.territory_id) if row.territory_id else None,
        "subject": str(row.subject_id) if row.subject_id else None,
        "detail": row.detail,
        "at": row.at.isoformat(),
    }
