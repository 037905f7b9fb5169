"""Take in reports that already have a history (a demo region, another system): one bulk write, nobody notified."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from parvis.core.cases.models import Case, CaseEvent, Message, Note
from parvis.core.cases.operations import free_codes
from parvis.core.cases.workflow import State
from parvis.core.events.operations import record
from parvis.core.files import content
from parvis.core.files.models import FileState, StoredFile
from parvis.core.tenancy.bulk import Rows, many_rows_are_coming
from parvis.core.tenancy.models import Territory
from parvis.core.ui.pagecache import bump
from parvis.lib.actor import Actor
from parvis.lib.errors import require
from parvis.lib.ids import new_id
from parvis.lib.plain import key

from . import rules
from .models import PHOTO, Category, Issue
from .operations import subject_of
from .workflow import ENDED, Status

BATCH = 4000


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
    """A report and all that happened to it. `lat` and `lon` in WGS 84 degrees.

    What comes from a file has a `source_key`, and may lack a place, and the moment when it ended: its case then bears
    the moment it was opened at, so that no delay is counted.
    """

    category: Category
    description: str
    lat: float | None
    lon: float | None
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
    source_key: str | None = None
    precision: str = ""
    photos: list[bytes] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)


@transaction.atomic
def import_history(
    *,
    actor: Actor,
    territory: Territory,
    past: Iterable[PastIssue],
    now: datetime,
    progress: Callable[[int], None] = lambda written: None,
) -> int:
    """Write reports with their history, in batches; return how many. One event for all. Raises NotAllowed.

    The event says how many and from when to when, so that whoever keeps figures can work them out anew. `past` is read
    as it is written: a file of any length takes no more memory than a short one.
    """
    require(rules.can_configure(actor))
    many_rows_are_coming()
    tables, batch, written = _Tables(territory.pk), list[PastIssue](), 0
    first: datetime | None = None
    last: datetime | None = None
    for issue in past:
        first = min(first or issue.reported_at, issue.reported_at)
        last = max(last or issue.reported_at, issue.closed_at or issue.reported_at)
        batch.append(issue)
        if len(batch) == BATCH:
            written += tables.write(batch)
            progress(len(batch))
            batch = []
    written += tables.write(batch)
    progress(len(batch))
    span = {"first": first.isoformat(), "last": last.isoformat()} if first and last else {}
    record(actor, "issues.history_imported", territory, now=now, count=written, **span)
    bump(territory.pk)
    return written


class _Tables:
    """The tables of a report, written a batch at a time."""

    def __init__(self, territory_id: UUID) -> None:
        self.territory_id = territory_id
        self.folded: dict[tuple[str, str], str] = {}
        self.cases = Rows(
            Case, "id", "territory_id", "code", "kind", "subject", "person_id", "contact_name", "contact_email",
            "contact_phone", "language", "channel", "state", "district_id", "team_id", "assignee_id", "place", "lat",
            "lon", "opened_at", "due_days", "due_at", "closed_at", "satisfaction", "search_text",
        )  # fmt: skip
        self.issues = Rows(
            Issue, "id", "territory_id", "case_id", "code", "category_id", "person_id", "status", "description",
            "address", "lat", "lon", "district_id", "answer", "reported_at", "due_at", "resolved_at", "is_text_public",
            "source_key", "precision",
        )  # fmt: skip
        self.events = Rows(
            CaseEvent, "id", "territory_id", "case_id", "name", "actor_id", "person_id", "channel", "at", "from_state",
            "to_state",
        )  # fmt: skip
        self.messages = Rows(
            Message, "id", "territory_id", "case_id", "person_id", "author_id", "from_staff", "channel", "text", "at"
        )
        self.notes = Rows(Note, "id", "territory_id", "case_id", "author_id", "text", "at")

    def write(self, batch: list[PastIssue]) -> int:
        """Write a batch; return how many reports."""
        photos: list[StoredFile] = []
        for past, code in zip(batch, free_codes(len(batch)), strict=True):
            case_id, issue_id = new_id(), new_id()
            self._case(case_id, code, past)
            self._issue(issue_id, case_id, code, past)
            self._told(case_id, past)
            photos += [_photo(self.territory_id, issue_id, data, past) for data in past.photos]
        for rows in (self.cases, self.issues, self.events, self.messages, self.notes):
            rows.write()
        StoredFile.objects.bulk_create(photos)
        return len(batch)

    def _case(self, case_id: UUID, code: str, past: PastIssue) -> None:
        ended, subject = past.status in ENDED, subject_of(past.category, past.description)[:200]
        opened = State.RECEIVED if past.status is Status.REPORTED else State.WAITING if past.is_waiting else State.OPEN
        self.cases.add(
            case_id, self.territory_id, code, "issues", subject, past.person_id, past.contact_name, past.contact_email,
            past.contact_phone, past.language, past.channel, State.CLOSED if ended else opened, past.district_id,
            past.category.team_id, past.assignee_id, past.address, past.lat, past.lon, past.reported_at,
            past.category.promised_days, past.due_at, (past.closed_at or past.reported_at) if ended else None,
            past.satisfaction, self._search_text(code, subject, past),
        )  # fmt: skip

    def _search_text(self, code: str, subject: str, past: PastIssue) -> str:
        """Return what `cases.queries.search_text` does; a file says the same words again and again."""
        said = (subject, past.address)
        if said not in self.folded:
            if len(self.folded) > BATCH:
                self.folded.clear()
            self.folded[said] = key(f"{subject} {past.address}")
        digits = "".join(letter for letter in past.contact_phone if letter.isdigit())
        contact = f"{past.contact_name} {past.contact_email} {digits}".strip()
        known = key(contact) if contact else ""
        return f"{code.replace('-', '').lower()} {self.folded[said]} {known}".strip()[:600]

    def _issue(self, issue_id: UUID, case_id: UUID, code: str, past: PastIssue) -> None:
        self.issues.add(
            issue_id, self.territory_id, case_id, code, past.category.pk, past.person_id, past.status, past.description,
            past.address, past.lat, past.lon, past.district_id, past.answer, past.reported_at, past.due_at,
            past.closed_at if past.status is Status.RESOLVED else None, past.is_text_public, past.source_key,
            past.precision,
        )  # fmt: skip

    def _told(self, case_id: UUID, past: PastIssue) -> None:
        for step in past.steps:
            channel = past.channel if step.name == "opened" else "web"
            self.events.add(
                new_id(), self.territory_id, case_id, step.name, step.actor_id, past.person_id, channel, step.at,
                step.before, step.after,
            )  # fmt: skip
        for said in past.said:
            if said.internal:
                self.notes.add(new_id(), self.territory_id, case_id, said.author_id, said.text, said.at)
            else:
                self.messages.add(
                    new_id(), self.territory_id, case_id, past.person_id, said.author_id, said.from_staff, "web",
                    said.text, said.at,
                )  # fmt: skip


def _photo(territory_id: UUID, issue_id: UUID, data: bytes, past: PastIssue) -> StoredFile:
    """Keep a photo as if it had been prepared long ago."""
    variants = content.reencode(ContentFile(data))
    full, width, height = variants["full"]
    stored = StoredFile(
        id=new_id(),
        territory_id=territory_id,
        purpose=PHOTO,
        service="issues",
        subject_id=issue_id,
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
