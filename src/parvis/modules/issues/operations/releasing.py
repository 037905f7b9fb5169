"""What everyone may see of a report."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from parvis.core.cases.operations.history import write_history
from parvis.core.files.blurring import blur
from parvis.core.files.content import Part
from parvis.core.files.models import FileState, StoredFile
from parvis.core.files.operations import publish
from parvis.core.ui.pagecache import bump
from parvis.lib.actor import Actor
from parvis.lib.errors import Invalid, gettext_noop, require
from parvis.modules.issues import rules
from parvis.modules.issues.models import PHOTO, Issue

from .steps import record_step


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
def blur_photo(
    *,
    actor: Actor,
    issue: Issue,
    photo: StoredFile,
    parts: Sequence[Part],
    now: datetime,
    keep_original: bool = True,
    show: bool = False,
) -> StoredFile:
    """Make faces and plates of a photo unrecognisable wherever it is seen, and show it to everyone if asked.

    No part gives the photo back as it came, for staff only until it is released again. Raises NotAllowed, Invalid
    (``photos``, ``parts``), WrongState (somebody else just did, or the original was deleted).
    """
    require(rules.can_release(actor, issue))
    if photo.subject_id != issue.pk or photo.purpose != PHOTO:
        raise Invalid(gettext_noop("This photo does not belong to the report."), field="photos")
    stored = blur(stored=photo, parts=parts, keep_original=keep_original)
    if not parts:
        publish(stored=stored, is_public=False)
    write_history(
        actor=actor,
        case=issue.case,
        name="photo_blurred" if parts else "photo_unblurred",
        now=now,
        is_internal=True,
        photo=str(photo.pk),
        parts=len(stored.blurred),
        original="kept" if stored.has_original else "deleted",
    )
    if show and parts:
        release_photo(actor=actor, issue=issue, photo=stored, is_public=True, now=now)
    bump(issue.territory_id)
    return stored


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
