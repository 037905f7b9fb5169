"""What a mail brought that a report is made of: its words and its photos."""

from django.db.models import QuerySet

from parvis.core.cases.models import Case, Message, MessageFile
from parvis.core.files.models import FileState, StoredFile


def words_mailed(case: Case) -> str:
    """Return the subject of a mail and what it said first: many say where in the subject only."""
    first = Message.objects.filter(case=case, from_staff=False).order_by("at", "id").first()
    text = first.text.strip() if first else ""
    return text if case.subject in text else f"{case.subject}\n{text}".strip()


def photos_mailed(case: Case) -> QuerySet[StoredFile]:
    """Return the photos that whoever wrote sent along, the oldest first."""
    files = MessageFile.objects.filter(message__case=case, message__from_staff=False).values("file_id")
    rows = StoredFile.objects.filter(pk__in=files, content_type__startswith="image/")
    return rows.exclude(state=FileState.REFUSED).order_by("created_at", "id")
