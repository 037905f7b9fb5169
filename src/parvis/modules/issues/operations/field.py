"""Work in the field: the shortlist of a day, and each act of a crew, which may arrive hours later and in any order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction

from parvis.core.cases import operations as cases
from parvis.core.cases.models import CaseEvent
from parvis.core.files.operations import check_upload, store_upload
from parvis.core.identity.models import Team
from parvis.lib.actor import Actor
from parvis.lib.errors import Invalid, TooMuch, WrongState, gettext_noop, require
from parvis.modules.issues import rules
from parvis.modules.issues.models import PHOTO, Act, FieldStop, Issue, MaterialLine, Moment, Outcome, WorkPhoto
from parvis.modules.issues.models import WorkRecord as Record
from parvis.modules.issues.workflow import Status

from .progress import accept_issue, resolve_issue
from .steps import MOST_LETTERS, record_step

MOST_STOPS = 60
MOST_WORK_PHOTOS = 10
LONGEST_AWAY = timedelta(days=14)
"""A telephone's clock that says more than this ago is not believed."""


@dataclass(frozen=True, slots=True)
class Material:
    """A line of material: `cost_cents` of the whole line, None when nobody knows it."""

    what: str
    quantity: Decimal
    unit: str = ""
    cost_cents: int | None = None


@transaction.atomic
def put_on_list(
    *,
    actor: Actor,
    issues: Sequence[Issue],
    day: date,
    now: datetime,
    team: Team | None = None,
    person_id: UUID | None = None,
) -> int:
    """Put reports on the shortlist of a day, for a team or one person; return how many were not there yet.

    A report that stood on another's list of that day moves. Raises NotAllowed, Invalid (``issues``), TooMuch.
    """
    if (team is None) == (person_id is None):
        raise Invalid(gettext_noop("Say whose list it is."), field="who")
    for issue in issues:
        require(rules.can_work(actor, issue))
        if not issue.is_open:
            raise Invalid(gettext_noop("Report %(code)s has ended."), field="issues", code=issue.code)
    already = FieldStop.objects.filter(day=day, team=team, person_id=person_id).exclude(issue__in=issues).count()
    if already + len(issues) > MOST_STOPS:
        raise TooMuch(gettext_noop("A day holds %(most)s stops at the most."), field="issues", most=MOST_STOPS)
    new = 0
    for issue in issues:
        values = {"team": team, "person_id": person_id, "put_by": actor.person_id, "put_at": now}
        _, is_new = FieldStop.objects.update_or_create(
            territory_id=issue.territory_id, day=day, issue=issue, defaults=values
        )
        new += is_new
        record_step(actor, "issues.put_on_list", issue, now, day=day.isoformat())
    return new


@transaction.atomic
def take_off_list(*, actor: Actor, stop: FieldStop, now: datetime) -> None:
    """Take a report off the shortlist of a day. Raises NotAllowed."""
    require(rules.can_work(actor, stop.issue))
    FieldStop.objects.filter(pk=stop.pk).delete()
    record_step(actor, "issues.taken_off_list", stop.issue, now, day=stop.day.isoformat())


@transaction.atomic
def record_work(
    *,
    actor: Actor,
    issue: Issue,
    act: Act | str,
    key: UUID,
    now: datetime,
    happened_at: datetime | None = None,
    note: str = "",
    minutes: int = 0,
    materials: Sequence[Material] = (),
    before: Sequence[UploadedFile] = (),
    after: Sequence[UploadedFile] = (),
) -> Record:
    """Keep one act of a crew and take the step it means; sending the same `key` again returns the first record.

    The step is never forced: where the report ended meanwhile, or was taken up again since, the record is kept with its
    time, material and photos, and its `outcome` says so. `happened_at` is the telephone's word. Raises NotAllowed,
    Invalid (``note``, ``minutes``, ``before``, ``after``), TooMuch.
    """
    require(rules.can_work(actor, issue))
    if (earlier := _sent_before(actor, issue, key)) is not None:
        return earlier
    act, note = Act(act), note.strip()
    _check(act, note, minutes, [*before, *after])
    happened_at = min(now, happened_at) if happened_at and happened_at > now - LONGEST_AWAY else now
    outcome = _step(actor, issue, act, note, happened_at, now)
    record = Record.objects.create(
        territory_id=issue.territory_id,
        issue=issue,
        key=key,
        person_id=actor.person_id,
        act=act,
        outcome=outcome,
        note=note,
        minutes=minutes,
        happened_at=happened_at,
        received_at=now,
    )
    _keep_materials(record, materials)
    _keep_photos(actor, record, before, Moment.BEFORE, now)
    _keep_photos(actor, record, after, Moment.AFTER, now)
    record_step(actor, "issues.worked", issue, now, act=str(act), outcome=str(outcome), record=str(record.pk))
    return record


def _sent_before(actor: Actor, issue: Issue, key: UUID) -> Record | None:
    """Return what the same sending has left already: a second one waits for the first one's end."""
    with connection.cursor() as cursor:
        lock = f"issues.work {actor.territory_id} {key}"
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [lock])
    earlier = Record.objects.filter(key=key).first()
    if earlier is not None:
        require(earlier.issue_id == issue.pk and earlier.person_id in {None, actor.person_id})
    return earlier


def _check(act: Act, note: str, minutes: int, photos: Sequence[UploadedFile]) -> None:
    if act != Act.STARTED and not note:
        missing = gettext_noop("Tell the reporter what was done.") if act == Act.DONE else gettext_noop("Say why.")
        raise Invalid(missing, field="note")
    if len(note) > MOST_LETTERS:
        raise Invalid(
            gettext_noop("Shorten the answer: %(most)s letters are the most."), field="note", most=MOST_LETTERS
        )
    if not 0 <= minutes <= 24 * 60:
        raise Invalid(gettext_noop("Time in minutes, a day at the most."), field="minutes")
    if len(photos) > MOST_WORK_PHOTOS:
        raise TooMuch(gettext_noop("Send %(most)s photos at the most."), field="after", most=MOST_WORK_PHOTOS)
    for photo in photos:
        check_upload(photo, field="after")


def _step(actor: Actor, issue: Issue, act: Act, note: str, happened_at: datetime, now: datetime) -> Outcome:
    """Take the step an act means, unless the report has moved on; an exchange with somebody else's step is theirs."""
    issue.refresh_from_db()
    since = CaseEvent.objects.filter(case_id=issue.case_id, name="reopened", at__gt=happened_at)
    if not issue.is_open or (act == Act.DONE and since.exists()):
        return _too_late(actor, issue, act)
    if act == Act.COULD_NOT:
        cases.add_note(actor=actor, case=issue.case, text=note, now=now)
        return Outcome.NOTED
    if act == Act.STARTED and issue.status != Status.REPORTED:
        return Outcome.NOTED
    try:
        with transaction.atomic():
            if act == Act.DONE:
                resolve_issue(actor=actor, issue=issue, answer=note, now=now)
            else:
                accept_issue(actor=actor, issue=issue, now=now)
    except WrongState:
        issue.refresh_from_db()
        return _too_late(actor, issue, act)
    return Outcome.APPLIED


def _too_late(actor: Actor, issue: Issue, act: Act) -> Outcome:
    """A start that arrives after one's own end is no surprise to anybody."""
    own = Record.objects.filter(issue=issue, act=Act.DONE, outcome=Outcome.APPLIED, person_id=actor.person_id)
    return Outcome.NOTED if act == Act.STARTED and (issue.is_open or own.exists()) else Outcome.KEPT


def _keep_materials(record: Record, materials: Sequence[Material]) -> None:
    MaterialLine.objects.bulk_create(
        MaterialLine(
            territory_id=record.territory_id,
            record=record,
            what=line.what,
            quantity=line.quantity,
            unit=line.unit,
            cost_cents=line.cost_cents,
        )
        for line in materials
    )


def _keep_photos(actor: Actor, record: Record, photos: Sequence[UploadedFile], moment: Moment, now: datetime) -> None:
    for photo in photos:
        stored = store_upload(
            actor=actor, upload=photo, purpose=PHOTO, now=now, subject_id=record.issue_id, field=moment.value
        )
        WorkPhoto.objects.create(territory_id=record.territory_id, record=record, file=stored, moment=moment)
