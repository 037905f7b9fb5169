"""The first screen of the back office: what waits today."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from wagtail.models import Page, WorkflowState

from parvis.core.content import rules
from parvis.core.registry.registry import registry
from parvis.core.tenancy.switches import switched_on
from parvis.lib.actor import Actor

KEPT = frozenset({"user_objects_in_workflow_moderation", "workflow_objects_to_moderate", "recent_edits"})


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that matters, with the screen behind it."""

    value: int
    label: str
    url: str
    icon: str
    tone: str


def figures(actor: Actor) -> list[Figure]:
    """Return the counters of every module in use that this person may follow, in their order; late ones first."""
    in_use = switched_on()
    entries = [
        entry
        for module, entry in registry().gather("staff_counters")
        if module.name in in_use and (not entry.permission or actor.may(entry.permission))
    ]
    return [
        Figure(count, str(entry.label), reverse(entry.url) + entry.query, entry.icon, entry.tone)
        for entry in sorted(entries, key=lambda entry: entry.order)
        if (count := entry.count(actor)) is not None
    ]


def waiting_drafts(actor: Actor) -> int:
    """Count the pages that wait for somebody's approval in the territory in force."""
    pages = [str(pk) for pk in Page.objects.values_list("pk", flat=True)]
    return WorkflowState.objects.filter(status=WorkflowState.STATUS_IN_PROGRESS, object_id__in=pages).count()


def home_panels(request: HttpRequest, panels: list[Any]) -> None:
    """Keep Wagtail's panels about drafts, for those who write (hook ``construct_homepage_panels``)."""
    if not rules.can_write(request.actor):
        panels.clear()
        return
    panels[:] = [panel for panel in panels if panel.name in KEPT]
