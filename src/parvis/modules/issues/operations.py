"""Every write about reported problems."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from django.utils.text import Truncator

from parvis.core.cases import operations as cases
from parvis.core.cases.models import Case
from parvis.core.cases.operations import Contact
from parvis.core.cases.workflow import State
from parvis.core.events.operations import record
from parvis.core.files.models import FileState, StoredFile
from parvis.core.files.operations import check_upload, publish, store_upload
from parvis.core.geo import districts
from parvis.core.geo import queries as places
from parvis.core.tenancy.models import Territory
from parvis.core.tenancy.switches import settings_of
from parvis.core.ui.pagecache import bump
from parvis.lib.actor import Actor
from parvis.lib.errors import Invalid, TooMuch, WrongState, gettext_noop, require

from . import rules
from .models import PHOTO, Category, Issue
from .workflow import Status

MOST_LETTERS = 4000
MOST_PHOTOS = 5


@transaction.atomic
def report_issue(
    *,
    actor: Actor,
    category: Category,
    lat: float,
    lon: float,
    now: datetime,
    description: str = "",
    address: str = "",
    photos: Sequence[UploadedFile] = (),
    contact: Contact | None = None,
    idempotency_key: str = "",
) -> Issue:
    """Open a report at a place (WGS 84 degrees); sending the same `idempotency_key` again returns the first one.

    Raises NotAllowed, Invalid (fields ``place``, ``description``, ``category``, ``photos``), TooMuch.
    """
    require(rules.can_report(actor, anonymous_allowed=settings_of("issues").anonymous_allowed))
    earlier = _sent_before(actor, idempotency_key) if idempotency_key else None
    if earlier is not None:
        return earlier
    territory = Territory.objects.get(pk=actor.territory_id)
    _check(territory, category, description, lat, lon, photos)
    district = districts.locate(territory, lat, lon)
    # Everyone sees where it is in the map's own words; what somebody typed there may name a person: staff read it.
    here = _Spot(lat, lon, _place_name(territory, lat, lon))
    case = cases.open_case(
        actor=actor,
        kind="issues",
        subject=subject_of(category, description),
        now=now,
        contact=contact,
        district_id=district.pk if district else None,
        team=category.team,
        place=address or here.name,
        lat=lat,
        lon=lon,
        due_days=category.promised_days,
    )
    issue = _create(case, category, description.strip(), here, now, idempotency_key)
    for photo in photos:
        _keep_photo(actor, issue, photo, now)
    record_step(actor, "issues.reported", issue, now)
    return issue


def _sent_before(actor: Actor, key: str) -> Issue | None:
    """Return what the same form has made already: a second press waits for the first one's end."""
    with connection.cursor() as cursor:
        lock = f"issues {actor.territory_id} {key}"
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [lock])
    earlier = Issue.objects.filter(idempotency_key=key).first()
    if earlier is not None:
        require(earlier.person_id in {None, actor.person_id, actor.beneficiary_id})
    return earlier


@dataclass(frozen=True, slots=True)
class _Spot:
    """A place (WGS 84 degrees) and what the map calls it."""

    lat: float
    lon: float
    name: str


def _create(
    case: Case, category: Category, description: str, here: _Spot, now: datetime, idempotency_key: str
) -> Issue:
    return Issue.objects.create(
        case=case,
        code=case.code,
        category=category,
        person_id=case.person_id,
        status=Status.REPORTED,
        description=description,
        address=here.name,
        lat=here.lat,
        lon=here.lon,
        district_id=case.district_id,
        reported_at=now,
        due_at=case.due_at,
        idempotency_key=idempotency_key or None,
    )


def _check(
    territory: Territory,
    category: Category,
    description: str,
    lat: float,
    lon: float,
    photos: Sequence[UploadedFile],
) -> None:
    if not category.is_active:
        raise Invalid(gettext_noop("Choose another kind: this one is no longer used."), field="category")
    if len(description) > MOST_LETTERS:
        message = gettext_noop("Shorten the description: %(size)s letters, and %(most)s are the most.")
        raise Invalid(message, field="description", size=len(description), most=MOST_LETTERS)
    if len(photos) > MOST_PHOTOS:
        raise TooMuch(gettext_noop("Send %(most)s photos at the most."), field="photos", most=MOST_PHOTOS)
    for photo in photos:
        check_upload(photo, field="photos")
    if not districts.is_inside(territory, lat, lon):
        neighbour = districts.neighbour_at(territory, lat, lon)
        if neighbour is not None:
            message = gettext_noop("This place is in %(town)s. Report it there, or move the pin.")
            raise Invalid(message, field="place", town=neighbour.name)
        raise Invalid(gettext_noop("This place is outside the territory. Move the pin."), field="place")


def subject_of(category: Category, description: str) -> str:
    """Return the summary that staff read: the kind, then the first words of the report."""
    first = Truncator(" ".join(description.split())).chars(80)
    return f"{category.label_fr} : {first}" if first else category.label_fr


def _place_name(territory: Territory, lat: float, lon: float) -> str:
    found = places.describe(territory, lat, lon)
    return found.label if found else ""


def record_step(actor: Actor, name: str, issue: Issue, now: datetime, **data: str) -> None:
    """Record an event for the reporter, and let the public pages show it."""
    about = replace(actor, for_person_id=issue.person_id) if issue.person_id else actor
    record(about, name, issue, now=now, status=str(issue.status), case=str(issue.case_id), **data)
    bump(issue.territory_id)


@transaction.atomic
def add_photo(*, actor: Actor, issue: Issue, photo: UploadedFile, now: datetime) -> StoredFile:
    """Add a photo; it is re-encoded in the background and private until staff release it.

    Raises NotAllowed (neither the reporter nor who handles it), Invalid, TooMuch.
    """
    require(rules.can_see_private(actor, issue))
    return _keep_photo(actor, issue, photo, now)


def _keep_photo(actor: Actor, issue: Issue, photo: UploadedFile, now: datetime) -> StoredFile:
    if StoredFile.objects.filter(subject_id=issue.pk, purpose=PHOTO).count() >= MOST_PHOTOS:
        raise TooMuch(gettext_noop("Send %(most)s photos at the most."), field="photos", most=MOST_PHOTOS)
    owner = replace(actor, for_person_id=issue.person_id) if issue.person_id else actor
    return store_upload(actor=owner, upload=photo, purpose=PHOTO, now=now, subject_id=issue.pk, field="photos")


@transaction.atomic
def accept_issue(*, actor: Actor, issue: Issue, now: datetime) -> Issue:
    """Take a report in charge. Raises NotAllowed, WrongState."""
    require(rules.can_work(actor, issue))
    issue.advance(to=Status.ACCEPTED)
    if issue.case.state == State.RECEIVED:
        cases.start_case(actor=actor, case=issue.case, now=now)
    record_step(actor, "issues.accepted", issue, now)
    return issue


@transaction.atomic
def plan_issue(*, actor: Actor, issue: Issue, now: datetime) -> Issue:
    """Say that the work is planned. Raises NotAllowed, WrongState."""
    require(rules.can_work(actor, issue))
    issue.advance(to=Status.PLANNED)
    if issue.case.state == State.RECEIVED:
        cases.start_case(actor=actor, case=issue.case, now=now)
    record_step(actor, "issues.planned", issue, now)
    return issue


@transaction.atomic
def resolve_issue(
    *, actor: Actor, issue: Issue, answer: str, now: datetime, photos: Sequence[UploadedFile] = ()
) -> Issue:
    """Close a report with an answer the reporter can read. Raises NotAllowed, WrongState, Invalid (``answer``)."""
    require(rules.can_work(actor, issue))
    answer = _answer(answer, gettext_noop("Tell the reporter what was done."))
    issue.advance(to=Status.RESOLVED, resolved_at=now, answer=answer)
    for photo in photos:
        store_upload(actor=actor, upload=photo, purpose=PHOTO, now=now, subject_id=issue.pk, field="photos")
    cases.close_case(actor=actor, case=issue.case, now=now, text=answer, quiet=True)
    record_step(actor, "issues.resolved", issue, now)
    return issue


@transaction.atomic
def decline_issue(*, actor: Actor, issue: Issue, answer: str, now: datetime) -> Issue:
    """Close a report without work, saying why. Raises NotAllowed, WrongState, Invalid (field ``answer``)."""
    require(rules.can_work(actor, issue))
    answer = _answer(answer, gettext_noop("Tell the reporter why nothing will be done."))
    issue.advance(to=Status.DECLINED, answer=answer)
    cases.close_case(actor=actor, case=issue.case, now=now, text=answer, quiet=True)
    record_step(actor, "issues.declined", issue, now)
    return issue


def _answer(text: str, missing: str) -> str:
    text = text.strip()
    if not text:
        raise Invalid(missing, field="answer")
    if len(text) > MOST_LETTERS:
        raise Invalid(
            gettext_noop("Shorten the answer: %(most)s letters are the most."), field="answer", most=MOST_LETTERS
        )
    return text


@transaction.atomic
def reopen_issue(*, actor: Actor, issue: Issue, reason: str, now: datetime) -> Issue:
    """Take up a closed report: staff, or the reporter within the territory's delay. Raises NotAllowed, WrongState."""
    cases.reopen_case(actor=actor, case=issue.case, now=now, text=reason)
    issue.advance(to=Status.REPORTED, resolved_at=None, answer="")
    issue.due_at = issue.case.due_at
    Issue.objects.filter(pk=issue.pk).update(due_at=issue.due_at)
    record_step(actor, "issues.reopened", issue, now)
    return issue


@transaction.atomic
def recategorise_issue(*, actor: Actor, issue: Issue, category: Category, now: datetime) -> Issue:
    """Give an open report its right kind, with the team that looks after it; the promise made stays.

    Raises NotAllowed, Invalid (a kind no longer used), WrongState (it ended).
    """
    require(rules.can_work(actor, issue))
    if not category.is_active:
        raise Invalid(gettext_noop("Choose another kind: this one is no longer used."), field="category")
    if not issue.is_open:
        raise WrongState
    before, case = issue.category, issue.case
    if category.pk == before.pk:
        return issue
    Issue.objects.filter(pk=issue.pk).update(category=category)
    issue.category = category
    if case.subject == subject_of(before, issue.description):
        subject = subject_of(category, issue.description)
        cases.rename_case(actor=actor, case=case, subject=subject, now=now)
    if case.team_id == before.team_id != category.team_id:
        cases.assign_case(actor=actor, case=case, team=category.team, assignee=case.assignee, now=now)
    record_step(actor, "issues.recategorised", issue, now, before=str(before.pk), after=str(category.pk))
    return issue


@transaction.atomic
def release_text(*, actor: Actor, issue: Issue, is_public: bool, now: datetime) -> Issue:
    """Show the reporter's words and our answer to everyone, or take them back. Raises NotAllowed."""
    require(rules.can_release(actor, issue))
    Issue.objects.filter(pk=issue.pk).update(is_text_public=is_public)
    issue.is_text_public = is_public
    record_step(actor, "issues.released", issue, now, what="text", public=str(is_public))
    return issue


@transaction.atomic
def release_photo(*, actor: Actor, issue: Issue, photo: StoredFile, is_public: bool, now: datetime) -> None:
    """Show a photo to everyone, or take it back. Raises NotAllowed, Invalid while the photo is being prepared."""
    require(rules.can_release(actor, issue))
    if photo.subject_id != issue.pk or photo.state != FileState.READY:
        raise Invalid(gettext_noop("This photo is not ready yet. Try again in a moment."), field="photos")
    publish(stored=photo, is_public=is_public)
    record_step(actor, "issues.released", issue, now, what="photo", public=str(is_public))


@transaction.atomic
def release(
    *,
    actor: Actor,
    issue: Issue,
    now: datetime,
    text: bool | None = None,
    hidden: bool | None = None,
    photos: Sequence[UUID] = (),
    are_public: bool = True,
) -> Issue:
    """Release or take back several things at once; None leaves as it is. Raises NotAllowed, Invalid (``photos``)."""
    require(rules.can_release(actor, issue))
    if text is not None:
        release_text(actor=actor, issue=issue, is_public=text, now=now)
    if hidden is not None:
        hide_issue(actor=actor, issue=issue, is_hidden=hidden, now=now)
    for key in photos:
        photo = StoredFile.objects.filter(pk=key, subject_id=issue.pk, purpose=PHOTO).first()
        if photo is None:
            raise Invalid(gettext_noop("This photo does not belong to the report."), field="photos")
        release_photo(actor=actor, issue=issue, photo=photo, is_public=are_public, now=now)
    return issue


@transaction.atomic
def hide_issue(*, actor: Actor, issue: Issue, is_hidden: bool, now: datetime) -> Issue:
    """Take a report off the public pages (private ground, insult, error), or put it back. Raises NotAllowed."""
    require(rules.can_release(actor, issue))
    Issue.objects.filter(pk=issue.pk).update(is_hidden=is_hidden)
    issue.is_hidden = is_hidden
    record_step(actor, "issues.hidden", issue, now, hidden=str(is_hidden))
    return issue


@transaction.atomic
def save_category(*, actor: Actor, category: Category, now: datetime) -> Category:
    """Add or change a category; reports in progress keep the promise they were given. Raises NotAllowed."""
    require(rules.can_configure(actor))
    category.full_clean(exclude=["territory", "team"], validate_unique=False)
    category.save()
    record(actor, "issues.category_saved", category, now=now)
    bump(category.territory_id)
    return category
