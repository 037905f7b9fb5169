"""Reactions to events; each is safe to run twice."""

from parvis.core.events.operations import Event
from parvis.core.tenancy.switches import settings_of
from parvis.core.ui.pagecache import bump

from .models import Issue


def follow_case(event: Event) -> None:
    """Keep a report's promise, person and district the same as its case's."""
    issue = Issue.objects.select_related("case").filter(case_id=event.subject_id).first()
    if issue is None:
        return
    case = issue.case
    Issue.objects.filter(pk=issue.pk).update(
        due_at=case.due_at, person_id=case.person_id, district_id=case.district_id, address=case.place
    )
    bump(issue.territory_id)


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
