"""What is said to whom when something happens to a report."""

from collections.abc import Iterable, Mapping
from typing import Any

from parvis.core.cases.models import Case
from parvis.core.events.operations import Event
from parvis.core.registry.entries import Notice, Recipient

from .models import Issue


def reporter(event: Event) -> Iterable[Recipient]:
    """Yield whoever reported: a person of the house, or the contact left on the case."""
    case = Case.objects.filter(issue=event.subject_id).first()
    if case is None:
        return
    if case.person_id:
        yield Recipient(person_id=case.person_id)
    elif case.contact_email:
        yield Recipient(email=case.contact_email, name=case.contact_name, language=case.language)


def words(event: Event) -> Mapping[str, Any]:
    """Return what the templates need, as the report stands now."""
    issue = Issue.objects.select_related("category", "case").get(pk=event.subject_id)
    return {"issue": issue, "case": issue.case, "category": issue.category, "path": issue.get_absolute_url()}


NOTICES = [
    Notice(f"issues.{name}", to="reporter", audience=reporter, context=words, topic="issues")
    for name in ("reported", "accepted", "planned", "resolved", "declined", "reopened")
]
