"""What machines outside are told of a report: numbers, states and links, never a word or a name."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from parvis.core.events.operations import Event
from parvis.core.registry.entries import WebhookEvent

from .models import Issue


def told(event: Event) -> Mapping[str, Any]:
    """Return a report as it stands now; its page only while everyone may see it."""
    issue = Issue.objects.select_related("category").get(pk=event.subject_id)
    return {
        "code": issue.code,
        "category": issue.category.slug,
        "status": issue.status,
        "reported_at": issue.reported_at.isoformat(),
        "due_at": issue.due_at.isoformat() if issue.due_at else None,
        "resolved_at": issue.resolved_at.isoformat() if issue.resolved_at else None,
        "path": None if issue.is_hidden else reverse("issues:detail", args=[issue.code]),
    }


WEBHOOK_EVENTS = [
    WebhookEvent("issues.reported", _("A problem is reported"), told),
    WebhookEvent("issues.accepted", _("A report is taken in charge"), told),
    WebhookEvent("issues.planned", _("Work is planned for a report"), told),
    WebhookEvent("issues.resolved", _("A report is solved"), told),
    WebhookEvent("issues.declined", _("A report is closed without work"), told),
    WebhookEvent("issues.reopened", _("A report is taken up again"), told),
    WebhookEvent("issues.recategorised", _("A report gets another kind"), told),
    WebhookEvent("issues.joined", _("A report is joined with another, or stands alone again"), told),
    WebhookEvent("issues.due_soon", _("The promise of a report is about to break"), told),
    WebhookEvent("issues.worked", _("A crew notes its work on a report"), told),
    WebhookEvent("issues.passed_on", _("Another body has received a report by Open311"), told),
    WebhookEvent("issues.received", _("A report comes from another body"), told),
    WebhookEvent("issues.released", _("Words or photos of a report are shown to everyone, or no longer"), told),
    WebhookEvent("issues.hidden", _("A report is hidden from everyone, or shown again"), told),
]
