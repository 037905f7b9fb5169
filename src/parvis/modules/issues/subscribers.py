"""Reactions to events; each is safe to run twice."""

from dataclasses import replace

from django.utils.translation import gettext

from parvis.core.events.operations import Event, record
from parvis.core.tenancy.switches import settings_of
from parvis.core.ui.pagecache import bump
from parvis.lib.actor import Actor

from .models import Issue
from .workflow import Status


def follow_case(event: Event) -> None:
    """Keep a report's promise, person and district the same as its case's, and its place once staff put it right."""
    issue = Issue.objects.select_related("case").filter(case_id=event.subject_id).first()
    if issue is None:
        return
    case = issue.case
    changes = {"due_at": case.due_at, "person_id": case.person_id, "district_id": case.district_id}
    if event.name == "cases.moved":  # else the place is as the reporter typed it, which is not for everyone
        changes["address"] = case.place
        if case.lat is not None and case.lon is not None:
            changes |= {"lat": case.lat, "lon": case.lon}
    Issue.objects.filter(pk=issue.pk).update(**changes)
    bump(issue.territory_id)


def take_up_again(event: Event) -> None:
    """Open a report again when its case was, from the reporter's own page or by staff."""
    issue = Issue.objects.select_related("case").filter(case_id=event.subject_id).first()
    if issue is None or issue.is_open:
        return
    issue.advance(to=Status.REPORTED, resolved_at=None, answer="", due_at=issue.case.due_at)
    record(_for(issue), "issues.reopened", issue, status=str(issue.status), case=str(issue.case_id))
    bump(issue.territory_id)


def close_merged(event: Event) -> None:
    """Close a report whose case was joined to another; the case's own notice tells the reporter."""
    issue = Issue.objects.filter(case_id=event.subject_id).first()
    if issue is None or not issue.is_open:
        return
    issue.advance(to=Status.DECLINED, answer=gettext("Joined with another report about the same thing."))
    bump(issue.territory_id)


def _for(issue: Issue) -> Actor:
    return replace(Actor.system(issue.territory_id), for_person_id=issue.person_id)


def release_photo(event: Event) -> None:
    """Show a photo as soon as it is ready, where the territory has chosen not to look at each first."""
    from parvis.core.files.models import StoredFile
    from parvis.core.files.operations import publish

    from .models import PHOTO

    if not settings_of("issues").photos_public_at_once:
        return
    stored = StoredFile.objects.filter(pk=event.subject_id, purpose=PHOTO).first()
    if stored is not None:
        publish(stored=stored)
        bump(stored.territory_id)
