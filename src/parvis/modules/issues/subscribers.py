"""Reactions to events; each is safe to run twice."""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

from django.utils.translation import gettext

from parvis.core.assets import operations as assets
from parvis.core.audit.models import Entry
from parvis.core.cases.models import HandOver
from parvis.core.cases.workflow import State
from parvis.core.events.operations import Event, record
from parvis.core.files.models import StoredFile
from parvis.core.files.operations import publish
from parvis.core.tasks.operations import defer
from parvis.core.tenancy.switches import settings_of
from parvis.core.ui.pagecache import MARKS, bump
from parvis.lib.actor import Actor
from parvis.lib.errors import WrongState

from . import operations, receiving
from .models import PHOTO, Destination, Issue, Submission
from .suggesting.tasks import learn
from .workflow import Status

LEARN_AFTER = timedelta(minutes=10)


def follow_case(event: Event) -> None:
    """Keep a report's promise, person and district the same as its case's, and its place once staff put it right."""
    issue = Issue.objects.select_related("case").filter(case_id=event.subject_id).first()
    if issue is None:
        return
    case = issue.case
    if "after_id" in event.data:  # whose it is has changed: what the reporter handed in goes along
        photos = StoredFile.objects.filter(subject_id=issue.pk, purpose=PHOTO, person_id=issue.person_id)
        photos.update(person_id=case.person_id)
    changes = {"due_at": case.due_at, "person_id": case.person_id, "district_id": case.district_id}
    if event.name == "cases.moved":  # else the place is as the reporter typed it, which is not for everyone
        changes["address"] = case.place
        if case.lat is not None and case.lon is not None:
            changes |= {"lat": case.lat, "lon": case.lon}
    Issue.objects.filter(pk=issue.pk).update(**changes)
    bump(issue.territory_id, only="" if issue.status == Status.PLANNED else MARKS)  # the calendar tells planned works


def take_up_again(event: Event) -> None:
    """Open a report again when its case was, from the reporter's own page or by staff."""
    issue = Issue.objects.select_related("case").filter(case_id=event.subject_id).first()
    if issue is None or issue.is_open:
        return
    issue.advance(to=Status.REPORTED, resolved_at=None, answer="", due_at=issue.case.due_at)
    record(_for(issue), "issues.reopened", issue, status=str(issue.status), case=str(issue.case_id))
    bump(issue.territory_id, only=MARKS)


def close_merged(event: Event) -> None:
    """Close a report whose case was joined to another; the case's own notice tells the reporter."""
    issue = Issue.objects.filter(case_id=event.subject_id, case__state=State.MERGED).first()
    if issue is None or not issue.is_open:
        return
    before = str(issue.status)
    issue.advance(to=Status.DECLINED, answer=gettext("Joined with another report about the same thing."))
    record(_for(issue), "issues.joined", issue, case=str(issue.case_id), before=before)
    bump(issue.territory_id)


def open_unmerged(event: Event) -> None:
    """Open a report again, as it stood, when its case was taken apart from the one it had been joined to."""
    issue = Issue.objects.select_related("case").filter(case_id=event.subject_id).first()
    if issue is None or issue.is_open or issue.case.state == State.MERGED:
        return
    last = Entry.objects.filter(name="issues.joined", subject_id=issue.pk).order_by("at", "id").last()
    before = Status(last.data["before"]) if last is not None else Status.REPORTED
    issue.advance(to=Status.REPORTED, resolved_at=None, answer="", due_at=issue.case.due_at)
    if before != Status.REPORTED:
        issue.advance(to=before)
    bump(issue.territory_id)


def note_work(event: Event) -> None:
    """Add a solved report to the history of the thing it was about."""
    issue = Issue.objects.select_related("asset").filter(pk=event.subject_id).first()
    if issue is not None and issue.asset is not None:
        actor = replace(Actor.system(issue.territory_id), person_id=event.actor_id)
        assets.note_work(actor=actor, asset=issue.asset, case_id=issue.case_id, now=event.at)


def receive(event: Event) -> None:
    """Make the report of a case that another body handed over, when its kind of problem has one here too.

    Otherwise the clerk chooses it on the page of the case.
    """
    received = HandOver.objects.select_related("case").get(pk=event.data["hand_over"])
    category = receiving.category_like(received.frozen.get("details", {}))
    if received.case.kind == "issues" and received.case.lat is not None and category is not None:
        actor = Actor.system(event.territory_id)
        receiving.open_received(actor=actor, case=received.case, category=category, now=event.at)


def hear_from_receiver(event: Event) -> None:
    """Bring home how a report that we handed over stands there."""
    receiving.hear_of(event.data["hand_over"], now=event.at)


def close_with_case(event: Event) -> None:
    """Close the report of a case that was sent back."""
    if event.subject_id is not None:
        receiving.close_with_case(event.subject_id)


def forget_words(event: Event) -> None:
    """Take a report's words away with those of its hand-over."""
    receiving.forget_words(event.data["hand_over"])


def pass_on_at_once(event: Event) -> None:
    """Pass a new report on where its kind goes to another body without a clerk.

    Not what came in by a program itself: two bodies that pass on to each other would never end.
    """
    issue = Issue.objects.select_related("case", "category").filter(pk=event.subject_id).first()
    if issue is None or not issue.is_open or Submission.objects.filter(issue=issue).exists():
        return
    if not Destination.objects.filter(category=issue.category_id, is_automatic=True, endpoint__is_active=True).exists():
        return
    with suppress(WrongState):  # on its way already
        operations.pass_on(actor=Actor.system(event.territory_id), issue=issue, now=event.at)


def _for(issue: Issue) -> Actor:
    return replace(Actor.system(issue.territory_id), for_person_id=issue.person_id)


def release_photo(event: Event) -> None:
    """Show a photo as soon as it is ready, where the territory has chosen not to look at each first."""
    if not settings_of("issues").photos_public_at_once:
        return
    stored = StoredFile.objects.filter(pk=event.subject_id, purpose=PHOTO).first()
    if stored is not None:
        publish(stored=stored)
        bump(stored.territory_id, only=MARKS)


def learn_again(event: Event) -> None:
    """Learn what people call each kind of problem a while after something changed; once for many changes."""
    defer(learn, at=event.at + LEARN_AFTER, unique=f"issues.learn {event.territory_id}")
