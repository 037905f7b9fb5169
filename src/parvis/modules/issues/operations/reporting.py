"""Reports come in, with their photos."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from django.utils import timezone

from parvis.core.assets.models import Asset
from parvis.core.cases import operations as cases
from parvis.core.cases.models import Case
from parvis.core.cases.operations import Contact
from parvis.core.files.models import StoredFile
from parvis.core.files.operations import check_upload, copy_file, store_upload
from parvis.core.geo import districts
from parvis.core.geo import queries as places
from parvis.core.tasks.operations import together
from parvis.core.tenancy.here import territory_here
from parvis.core.tenancy.models import Territory
from parvis.core.tenancy.switches import settings_of
from parvis.lib.actor import Actor
from parvis.lib.errors import Invalid, TooMuch, WrongState, gettext_noop, require
from parvis.modules.issues import rules
from parvis.modules.issues.models import PHOTO, Category, Issue
from parvis.modules.issues.queries.mailed import photos_mailed
from parvis.modules.issues.queries.routing import route
from parvis.modules.issues.workflow import Status

from .answering import answers_to
from .assets import check_asset
from .routing import follow_route, team_of
from .steps import MOST_LETTERS, record_step, subject_of

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
    answers: Mapping[str, Any] | None = None,
    photos: Sequence[UploadedFile] = (),
    contact: Contact | None = None,
    idempotency_key: str = "",
    asset: Asset | None = None,
    mail: Case | None = None,
    mailed: Collection[UUID] = (),
) -> Issue:
    """Open a report at a place (WGS 84 degrees); sending the same `idempotency_key` again returns the first one.

    `answers`, by code, to the questions of the category; None when they were not asked (by mail, by another body).
    `asset`: the thing of the municipality it is about. `mail`: the case it came as, which keeps its code, its contact
    and its conversation; its photos with the ids `mailed` are copied. Raises NotAllowed, TooMuch, WrongState (that case
    has ended), Invalid (``place``, ``description``, ``category``, ``photos``, ``asset``, ``question_<code>``).
    """
    require(rules.can_report(actor, anonymous_allowed=settings_of("issues").anonymous_allowed))
    if mail is not None:
        earlier = _made_of(actor, mail)
    else:
        earlier = _sent_before(actor, idempotency_key) if idempotency_key else None
    if earlier is not None:
        return earlier
    territory = territory_here()
    _check(territory, category, description, lat, lon, photos, now=now, staff=actor.is_staff())
    check_asset(category, asset, staff=actor.is_staff())
    if not rules.can_choose(actor, category):
        message = gettext_noop("Only residents of %(town)s whose address is proven may choose this kind.")
        raise Invalid(message, field="category", town=territory.name)
    kept = answers_to(category, answers) if answers is not None else []
    district = districts.locate(territory, lat, lon)
    # Everyone sees where it is in the map's own words; what somebody typed there may name a person: staff read it.
    here = _Spot(lat, lon, _place_name(territory, lat, lon))
    kind = asset.kind if asset else ""
    way = route(
        category=category, text=description, at=now, district_id=district.pk if district else None, asset_kind=kind
    )
    about = cases.About(subject_of(category, description), address or here.name, lat, lon)
    given = {
        "team": team_of(way, category),
        "district_id": district.pk if district else None,
        "due_days": way.promised_days,
    }
    case = _case_for(actor, mail, contact, about, given, now)
    issue = _create(case, category, description.strip(), kept, here, idempotency_key, asset)
    follow_route(issue=issue, route=way, now=now)
    with together():
        for photo in photos:
            _keep_photo(actor, issue, photo, now)
        if mail is not None:
            _take_along(issue, mail, mailed, now)
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


def _made_of(actor: Actor, mail: Case) -> Issue | None:
    """Return the report that was made of a case already: a second press waits for the first one's end."""
    require(rules.can_receive(actor, mail))
    kept = Case.objects.select_for_update().get(pk=mail.pk)
    earlier = Issue.objects.filter(case=kept).first()
    if earlier is None and not kept.is_open:
        raise WrongState
    return earlier


def _case_for(
    actor: Actor, mail: Case | None, contact: Contact | None, about: cases.About, given: dict[str, Any], now: datetime
) -> Case:
    """Open the case of a report, or settle the one that it came as."""
    if mail is not None:
        return cases.settle_case(actor=actor, case=mail, now=now, about=about, kind="issues", **given)
    return cases.open_case(
        actor=actor,
        kind="issues",
        subject=about.subject,
        now=now,
        contact=contact,
        place=about.place,
        lat=about.lat,
        lon=about.lon,
        **given,
    )


def _take_along(issue: Issue, mail: Case, mailed: Collection[UUID], now: datetime) -> None:
    """Copy photos of the mail: whatever is then shown, blurred or taken away, the conversation stays as it was."""
    photos = list(photos_mailed(mail).filter(pk__in=mailed))
    if len(photos) > MOST_PHOTOS:
        raise TooMuch(gettext_noop("Send %(most)s photos at the most."), field="photos", most=MOST_PHOTOS)
    for photo in photos:
        copy_file(photo, purpose=PHOTO, subject_id=issue.pk, person_id=issue.person_id, now=now)


@dataclass(frozen=True, slots=True)
class _Spot:
    """A place (WGS 84 degrees) and what the map calls it."""

    lat: float
    lon: float
    name: str


def _create(
    case: Case,
    category: Category,
    description: str,
    answers: list[dict[str, Any]],
    here: _Spot,
    idempotency_key: str,
    asset: Asset | None,
) -> Issue:
    return Issue.objects.create(
        case=case,
        code=case.code,
        category=category,
        person_id=case.person_id,
        status=Status.REPORTED,
        description=description,
        answers=answers,
        address=here.name,
        lat=here.lat,
        lon=here.lon,
        district_id=case.district_id,
        reported_at=case.opened_at,
        due_at=case.due_at,
        idempotency_key=idempotency_key or None,
        asset=asset,
    )


def _check(
    territory: Territory,
    category: Category,
    description: str,
    lat: float,
    lon: float,
    photos: Sequence[UploadedFile],
    *,
    now: datetime,
    staff: bool,
) -> None:
    if not category.is_active:
        raise Invalid(gettext_noop("Choose another kind: this one is no longer used."), field="category")
    if not staff and not category.is_offered(timezone.localdate(now)):
        raise Invalid(category.out_of_season or gettext_noop("Not at this time of the year."), field="category")
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


def _place_name(territory: Territory, lat: float, lon: float) -> str:
    found = places.describe(territory, lat, lon)
    return found.label if found else ""


@transaction.atomic
def add_photo(*, actor: Actor, issue: Issue, photo: UploadedFile, now: datetime) -> StoredFile:
    """Add a photo; it is re-encoded in the background and private until staff release it.

    Raises NotAllowed (neither the reporter nor who handles it), Invalid, TooMuch.
    """
    require(rules.can_see_private(actor, issue))
    if StoredFile.objects.filter(subject_id=issue.pk, purpose=PHOTO).count() >= MOST_PHOTOS:
        raise TooMuch(gettext_noop("Send %(most)s photos at the most."), field="photos", most=MOST_PHOTOS)
    return _keep_photo(actor, issue, photo, now)


def _keep_photo(actor: Actor, issue: Issue, photo: UploadedFile, now: datetime) -> StoredFile:
    owner = replace(actor, for_person_id=issue.person_id) if issue.person_id else actor
    return store_upload(actor=owner, upload=photo, purpose=PHOTO, now=now, subject_id=issue.pk, field="photos")
