"""What the pages hold about people: who wrote them, who added a picture or a document."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from wagtail.models import Page, PageLogEntry, Revision

from .models import Picture, TownDocument


def export(person_id: UUID) -> dict[str, Any]:
    """Return what the person wrote or added in the territory in force."""
    return {
        "pages": list(Page.objects.filter(owner_id=person_id).order_by("pk").values("title", "first_published_at")),
        "versions": list(
            Revision.page_revisions.filter(user_id=person_id).order_by("pk").values("object_str", "created_at")
        ),
        "pictures": list(Picture.objects.filter(uploaded_by_user_id=person_id).values("title", "created_at")),
        "documents": list(TownDocument.objects.filter(uploaded_by_user_id=person_id).values("title", "created_at")),
    }


def erase(person_id: UUID, now: datetime) -> Iterator[str]:
    """Take the person's name off what they wrote in the territory in force; yield what stays, and why."""
    written = Page.objects.filter(owner_id=person_id).update(owner=None)
    written += Revision.page_revisions.filter(user_id=person_id).update(user=None)
    PageLogEntry.objects.filter(user_id=person_id).update(user=None)
    for model in (Picture, TownDocument):
        written += model.objects.filter(uploaded_by_user_id=person_id).update(uploaded_by_user=None)
    if written:
        yield _("The pages themselves stay: they are the municipality's. Nothing says any more who wrote them.")
