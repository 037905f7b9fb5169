"""Reports that another body hands over: what travels, the report made here, and how what happens there comes home."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext, override

from parvis.core.cases import operations as cases
from parvis.core.cases.models import Case, HandOver, Side
from parvis.core.files.models import FileState, StoredFile
from parvis.core.files.operations import hand_to
from parvis.core.geo import districts
from parvis.core.tenancy.models import Territory
from parvis.core.ui.pagecache import bump
from parvis.lib.actor import Actor
from parvis.lib.errors import Invalid, gettext_noop, require
from parvis.lib.plain import key

from . import operations, queries, rules
from .models import PHOTO, Category, Issue
from .operations import MOST_LETTERS
from .workflow import Status


def luggage(case: Case) -> dict[str, Any]:
    """Return what goes along with the case of a report: its kind, its words and photos, and how it ended."""
    issue = queries.of_case(case.pk)
    if issue is None:
        return {}
    photos = StoredFile.objects.filter(subject_id=issue.pk, purpose=PHOTO).exclude(state=FileState.REFUSED)
    return {
        "category": issue.category.slug,
        "category_label": issue.category.label_fr,
        "description": issue.description,
        "answers": issue.answers,
        "lines": _in_french(issue),
        "address": issue.address,
        "files": [{"id": str(photo.pk), "name": photo.name} for photo in photos.order_by("created_at")],
        "outcome": issue.status,
        "answer": issue.answer,
    }


def _in_french(issue: Issue) -> list[dict[str, str]]:
    """Return what was answered as an organisation reads it on the page of the hand-over."""
    with override("fr"):
        return [{"term": row.question, "value": row.answer} for row in queries.answered(issue)]


def category_like(details: Mapping[str, Any]) -> Category | None:
    """Return the receiver's own kind of problem that stands for the sender's: same slug, else same name, else None."""
    here = list(queries.categories())
    slug, label = details.get("category", ""), key(details.get("category_label", ""))
    same = [category for category in here if category.slug == slug]
    return next(iter(same or [category for category in here if label and key(category.label_fr) == label]), None)


@transaction.atomic
def open_received(*, actor: Actor, case: Case, category: Category, now: datetime) -> Issue:
    """Make the report of a case that another body handed over; a second run finds the first one's.

    Words and photos start private here, whatever was released there. The reporter is told nothing: the sender speaks.
    Raises NotAllowed, Invalid (nothing came with it, or no place).
    """
    require(rules.can_receive(actor, case))
    received = HandOver.objects.filter(case=case, side=Side.RECEIVED).first()
    if received is None or case.lat is None or case.lon is None:
        raise Invalid(gettext_noop("Nothing came with this case that a report could be made of."))
    earlier = queries.of_case(case.pk)
    if earlier is not None:
        return earlier
    details = received.frozen.get("details", {})
    district = districts.locate(Territory.objects.get(pk=case.territory_id), case.lat, case.lon)
    district_id, words = district.pk if district else None, details.get("description", "")
    way = queries.route(category=category, text=words, at=now, district_id=district_id)
    cases.settle_case(
        actor=actor,
        case=case,
        team=operations.team_of(way, category),
        district_id=district_id,
        due_days=way.promised_days,
        now=now,
    )
    try:
        with transaction.atomic():
            issue = _write(case, category, details, now)
    except IntegrityError:  # somebody pressed at the same moment
        return Issue.objects.select_related("category", "case").get(case=case)
    operations.follow_route(issue=issue, route=way, now=now)
    _take_photos(issue, details)
    operations.record_step(actor, "issues.received", issue, now)
    return issue


def _write(case: Case, category: Category, details: Mapping[str, Any], now: datetime) -> Issue:
    return Issue.objects.create(
        case=case,
        code=case.code,
        category=category,
        person_id=case.person_id,
        status=Status.REPORTED,
        description=details.get("description", "")[:MOST_LETTERS],
        answers=details.get("answers", []),
        address=details.get("address", ""),
        lat=case.lat,
        lon=case.lon,
        district_id=case.district_id,
        reported_at=now,
        due_at=case.due_at,
    )


def _take_photos(issue: Issue, details: Mapping[str, Any]) -> None:
    came = [file["id"] for file in details.get("files", []) if file.get("id")]
    for photo in StoredFile.objects.filter(pk__in=came):
        hand_to(photo, purpose=PHOTO, subject_id=issue.pk)


def hear_of(hand_over_id: str, *, now: datetime) -> None:
    """Bring home how a report that we handed over stands there. Safe to repeat, in any order.

    Taken on there: taken in charge here. Solved there by another body: solved here, with its answer; the reporter is
    told once, by us. What it closed without work, and what an organisation says is done, a clerk looks at.
    """
    sent = HandOver.objects.filter(pk=UUID(hand_over_id), side=Side.SENT).first()
    issue = queries.of_case(sent.case_id) if sent else None
    if sent is None or issue is None or not issue.is_open:
        return
    details, actor = sent.answer.get("details", {}), Actor.system(sent.territory_id)
    if sent.state == "done" and sent.body_id and details.get("outcome") == Status.RESOLVED and issue.case.is_open:
        operations.resolve_issue(actor=actor, issue=issue, answer=details["answer"], now=now)
    elif sent.state == "accepted" and issue.status == Status.REPORTED:
        operations.accept_issue(actor=actor, issue=issue, now=now)


def close_with_case(case_id: UUID) -> None:
    """Close the report of a case that ended without it: refused, or sent back to where it came from. Not public then.

    Safe to repeat.
    """
    issue = queries.of_case(case_id)
    if issue is None or not issue.is_open or issue.case.is_open:
        return
    if HandOver.objects.filter(
        case_id=case_id, side=Side.RECEIVED, state__in=["refused", "returned", "withdrawn"]
    ).exists():
        issue.advance(to=Status.DECLINED, answer=gettext("Sent back to the body that handed it over."), is_hidden=True)
        bump(issue.territory_id)


def forget_words(hand_over_id: str) -> None:
    """Take a report's words away here once the body that handed it over was asked to erase them. Safe to repeat."""
    received = HandOver.objects.filter(pk=UUID(hand_over_id), side=Side.RECEIVED).first()
    if received is None:
        return
    # Somebody who has entered this portal is asked for here, not there.
    changed = Issue.objects.filter(case_id=received.case_id, person_id=None)
    if changed.update(description="", answers=[], is_text_public=False):
        bump(received.territory_id)
