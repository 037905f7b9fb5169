"""What stands in an inbox."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils import translation

from parvis.core.tenancy.addresses import territory_path
from parvis.core.tenancy.context import use
from parvis.core.tenancy.guard import Scope
from parvis.lib.errors import NotFound

from .models import InboxMessage

MANY = 99


@dataclass(frozen=True, slots=True)
class InboxLine:
    """A message as its reader sees it; `url` leads to the page concerned, in the language of the moment."""

    id: UUID
    territory: str
    subject: str
    text: str
    label: str
    url: str
    language: str
    created_at: datetime
    is_unread: bool

    @classmethod
    def of(cls, row: InboxMessage) -> "InboxLine":
        """Return the line of a row whose territory is loaded."""
        language = (translation.get_language() or "fr")[:2]
        return cls(
            id=row.pk,
            territory=row.territory.name,
            subject=row.subject,
            text=row.text,
            label=row.label,
            url=territory_path(row.territory, language, row.path) if row.path else "",
            language=row.language,
            created_at=row.created_at,
            is_unread=row.read_at is None,
        )


def unread_count(person_id: UUID | None) -> int:
    """Return how many messages a person has not read, in all territories, at most 99. One index-only look."""
    if person_id is None:
        return 0
    with use(person=person_id, scope=Scope.MINE):
        return len(InboxMessage.objects.filter(person_id=person_id, read_at=None).values_list("pk")[:MANY])


def inbox_of(person_id: UUID) -> QuerySet[InboxMessage]:
    """Return a person's messages in all territories, newest first. Read it inside scope ``mine``."""
    return (
        InboxMessage.objects.filter(person_id=person_id)
        .select_related("territory")
        .order_by("-created_at", "-event_id")
    )


def message_of(person_id: UUID, message_id: UUID) -> InboxLine:
    """Return one message of a person. Raises NotFound, for somebody else's too."""
    with use(person=person_id, scope=Scope.MINE):
        row = inbox_of(person_id).filter(pk=message_id).first()
        if row is None:
            raise NotFound()
        return InboxLine.of(row)
