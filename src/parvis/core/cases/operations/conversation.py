"""What is said about a case: messages to and from the person, notes among staff."""

from collections.abc import Sequence
from datetime import datetime

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from parvis.core.cases import rules
from parvis.core.cases.models import Case, ClockReason, ClockStop, Message, MessageFile, Note
from parvis.core.cases.workflow import State
from parvis.core.files.models import StoredFile
from parvis.core.files.operations import store_upload
from parvis.lib.actor import Actor, Channel
from parvis.lib.errors import Invalid, gettext_noop, require

from .clock import go_on, stand_still
from .history import write_history

MOST_LETTERS = 10_000
MOST_FILES = 10
FILE_PURPOSE = "cases.message"


@transaction.atomic
def send_message(
    *,
    actor: Actor,
    case: Case,
    text: str,
    now: datetime,
    uploads: Sequence[UploadedFile] = (),
    files: Sequence[StoredFile] = (),
    asks: bool = False,
    said_by_person: bool = False,
    quiet: bool = False,
    holds_link: bool = False,
) -> Message:
    """Write in the conversation, as the person whose case it is or as staff.

    Staff: `asks` stops the clock until the person answers; `said_by_person` notes what the person says on the
    telephone; `quiet` leaves the telling to a module's own notice. `holds_link`: the writer came by the link that was
    mailed to whoever asked (:mod:`parvis.core.cases.links`). Raises NotAllowed, Invalid (field ``text`` or
    ``files``), WrongState.
    """
    require(holds_link or rules.can_speak(actor, case))
    from_staff = not holds_link and not rules.is_mine(actor, case) and not said_by_person
    if holds_link:
        actor = Actor.visitor(case.territory_id, actor.channel)
    message = put_message(
        actor=actor, case=case, text=text, now=now, from_staff=from_staff, uploads=uploads, files=files
    )
    if from_staff and case.state == State.RECEIVED and not asks:
        before = case.advance(to=State.OPEN, at=now)
        write_history(actor=actor, case=case, name="started", now=now, before=before)
    write_history(
        actor=actor,
        case=case,
        name="message_sent",
        now=now,
        message=str(message.pk),
        to="person" if from_staff else "staff",
        quiet=quiet,
    )
    if asks and from_staff:
        stand_still(actor=actor, case=case, reason=ClockReason.PERSON, now=now)
    elif not from_staff and _waits_for_person(case):
        go_on(actor=actor, case=case, now=now)
    return message


def _waits_for_person(case: Case) -> bool:
    if case.state != State.WAITING:
        return False
    return ClockStop.objects.filter(case=case, resumed_at=None, reason=ClockReason.PERSON).exists()


def put_message(
    *,
    actor: Actor,
    case: Case,
    text: str,
    now: datetime,
    from_staff: bool,
    uploads: Sequence[UploadedFile] = (),
    files: Sequence[StoredFile] = (),
) -> Message:
    """Keep a message and its files for an operation that has checked its own rule. Raises Invalid."""
    text = checked_text(text, may_be_empty=bool(uploads or files))
    if len(uploads) + len(files) > MOST_FILES:
        raise Invalid(gettext_noop("Send at most %(most)s files at a time."), field="files", most=MOST_FILES)
    message = Message.objects.create(
        territory_id=case.territory_id,
        case=case,
        person_id=case.person_id,
        author_id=actor.person_id,
        from_staff=from_staff,
        channel=actor.channel,
        text=text,
        is_unasked=from_staff and case.awaiting_reply_since is None,
        at=now,
    )
    speaker = actor.on_behalf_of(case.person_id, Channel(actor.channel))
    stored = [
        store_upload(
            actor=speaker,
            upload=upload,
            purpose=FILE_PURPOSE,
            now=now,
            subject_id=case.pk,
            images_only=False,
            field="files",
        )
        for upload in uploads
    ]
    MessageFile.objects.bulk_create(
        MessageFile(territory_id=case.territory_id, message=message, file=file, person_id=case.person_id)
        for file in (*files, *stored)
    )
    _mark_awaiting(case, None if from_staff else now)
    return message


def _mark_awaiting(case: Case, since: datetime | None) -> None:
    """Remember the moment of the oldest message that nobody has answered."""
    rows = Case.objects.filter(pk=case.pk)
    if since is None:
        rows.update(awaiting_reply_since=None)
        case.awaiting_reply_since = None
    elif rows.filter(awaiting_reply_since=None).update(awaiting_reply_since=since):
        case.awaiting_reply_since = since


def checked_text(text: str, *, may_be_empty: bool = False) -> str:
    """Return what was written, trimmed. Raises Invalid (field ``text``) when it is empty or too long."""
    text = text.replace("\x00", "").strip()
    if not text and not may_be_empty:
        raise Invalid(gettext_noop("Write a few words."), field="text")
    if len(text) > MOST_LETTERS:
        raise Invalid(
            gettext_noop("Your text has %(count)s letters; the most is %(most)s. Shorten it or send it in two parts."),
            field="text",
            count=len(text),
            most=MOST_LETTERS,
        )
    return text


@transaction.atomic
def add_note(*, actor: Actor, case: Case, text: str, now: datetime) -> Note:
    """Write a note that only staff of this territory read. Raises NotAllowed, Invalid."""
    require(rules.can_work(actor, case))
    note = Note.objects.create(
        territory_id=case.territory_id, case=case, author_id=actor.person_id, text=checked_text(text), at=now
    )
    write_history(actor=actor, case=case, name="note_added", now=now, is_internal=True, note=str(note.pk))
    return note
