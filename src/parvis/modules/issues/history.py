"""Take in reports that already have a history (a demo region, another system): one bulk write, nobody notified."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import models, transaction

from parvis.core.cases.models import Case, CaseEvent, Message, Note
from parvis.core.cases.queries import search_text
from parvis.core.cases.workflow import State
from parvis.core.events.operations import record
from parvis.core.files import content
from parvis.core.files.models import FileState, StoredFile
from parvis.core.tenancy.models import Territory
from parvis.core.ui.pagecache import bump
from parvis.lib.actor import Actor
from parvis.lib.errors import require
from parvis.lib.ids import new_code, new_id

from . import rules
from .models import PHOTO, Category, Issue
from .operations import subject_of
from .workflow import ENDED, Status

BATCH = 1000


@dataclass(frozen=True, slots=True)
class Said:
    """A message (`internal` False) or a note of the staff; `author_id` None for whoever reported."""

    at: datetime
    text: str
    author_id: UUID | None = None
    from_staff: bool = True
    internal: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the case's history, such as ``started`` or ``closed``, with the states around it."""

    at: datetime
    name: str
    actor_id: UUID | None = None
    before: str = ""
    after: str = ""


@dataclass(slots=True)
class PastIssue:
    """A report and all that happened to it. `lat` and `lon` in WGS 84 degrees."""

    category: Category
    description: str
    lat: float
    lon: float
    address: str
    reported_at: datetime
    channel: str
    status: Status
    due_at: datetime | None = None
    closed_at: datetime | None = None
    answer: str = ""
    person_id: UUID | None = None
    contact_name: str = ""
    contact_email: str = ""
    contact_phone: str = ""
    language: str = "fr"
    district_id: UUID | None = None
    assignee_id: UUID | None = None
    satisfaction: int | None = None
    is_text_public: bool = False
    is_waiting: bool = False
    photos: list[bytes] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)


@transaction.atomic
def import_history(*, actor: Actor, territory: Territory, past: Iterable[PastIssue], now: datetime) -> int:
    """Write reports with their history, in batches; return how many. One event for all. Raises NotAllowed."""
    require(rules.can_configure(actor))
    taken = set(Case.objects.values_list("code", flat=True))
    batch: list[PastIssue] = []
    written = 0
    for issue in past:
        batch.append(issue)
        if len(batch) == BATCH:
            written += _write(territory, batch, taken)
            batch = []
    written += _write(territory, batch, taken)
    record(actor, "issues.history_imported", territory, now=now, count=written)
    bump(territory.pk)
    return written


def _write(territory: Territory, batch: list[PastIssue], taken: set[str]) -> int:
    rows: dict[type[models.Model], list[models.Model]] = {
        model: [] for model in (Case, Issue, CaseEvent, Message, Note, StoredFile)
    }
    for past in batch:
        case = _case(territory, past, _free(taken))
        issue = _issue(territory, past, case)
        rows[Case].append(case)
        rows[Issue].append(issue)
        rows[CaseEvent] += [_event(case, past, step) for step in past.steps]
        rows[Message] += [_message(case, past, said) for said in past.said if not said.internal]
        rows[Note] += [
            Note(territory_id=territory.pk, case=case, author_id=said.author_id, text=said.text, at=said.at)
            for said in past.said
            if said.internal
        ]
        rows[StoredFile] += [_photo(issue, data, past) for data in past.photos]
    for model, made in rows.items():
        model._default_manager.bulk_create(made, batch_size=BATCH)
    return len(batch)


def _free(taken: set[str]) -> str:
    code = new_code()
    while code in taken:
        code = new_code()
    taken.add(code)
    return code


def _case(territory: Territory, past: PastIssue, code: str) -> Case:
    opened = State.RECEIVED if past.status is Status.REPORTED else State.WAITING if past.is_waiting else State.OPEN
    case = Case(
        territory_id=territory.pk,
        code=code,
        kind="issues",
        subject=subject_of(past.category, past.description),
        person_id=past.person_id,
        contact_name=past.contact_name,
        contact_email=past.contact_email,
        contact_phone=past.contact_phone,
        language=past.language,
        channel=past.channel,
        state=State.CLOSED if past.status in ENDED else opened,
        district_id=past.district_id,
        team_id=past.category.team_id,
        assignee_id=past.assignee_id,
        place=past.address,
        lat=past.lat,
        lon=past.lon,
        opened_at=past.reported_at,
        due_days=past.category.promised_days,
        due_at=past.due_at,
        closed_at=past.closed_at,
        satisfaction=past.satisfaction,
    )
    case.search_text = search_text(case)
    return case


def _issue(territory: Territory, past: PastIssue, case: Case) -> Issue:
    return Issue(
        territory_id=territory.pk,
        case=case,
        code=case.code,
        category=past.category,
        person_id=past.person_id,
        status=past.status,
        description=past.description,
        address=past.address,
        lat=past.lat,
        lon=past.lon,
        district_id=past.district_id,
        answer=past.answer,
        reported_at=past.reported_at,
        due_at=past.due_at,
        resolved_at=past.closed_at if past.status is Status.RESOLVED else None,
        is_text_public=past.is_text_public,
    )


def _event(case: Case, past: PastIssue, step: Step) -> CaseEvent:
    return CaseEvent(
        territory_id=case.territory_id,
        case=case,
        name=step.name,
        actor_id=step.actor_id,
        person_id=past.person_id,
        channel=past.channel if step.name == "opened" else "web",
        at=step.at,
        from_state=step.before,
        to_state=step.after,
    )


def _message(case: Case, past: PastIssue, said: Said) -> Message:
    return Message(
        territory_id=case.territory_id,
        case=case,
        person_id=past.person_id,
        author_id=said.author_id,
        from_staff=said.from_staff,
        channel="web",
        text=said.text,
        at=said.at,
    )


def _photo(issue: Issue, data: bytes, past: PastIssue) -> StoredFile:
    """Keep a photo as if it had been prepared long ago."""
    variants = content.reencode(ContentFile(data))
    full, width, height = variants["full"]
    stored = StoredFile(
        id=new_id(),
        territory_id=issue.territory_id,
        purpose=PHOTO,
        service="issues",
        subject_id=issue.pk,
        person_id=past.person_id,
        name="photo.jpg",
        content_type="image/jpeg",
        size=len(full),
        sha256=hashlib.sha256(full).hexdigest(),
        width=width,
        height=height,
        state=FileState.READY,
        is_public=past.is_text_public,
        created_at=past.reported_at,
    )
    for name, (body, _, _) in variants.items():
        default_storage.save(stored.key(name), ContentFile(body))
    return stored
