"""The manifest of cases."""

from django.utils.translation import gettext_lazy as _

from parvis.core.registry.module import Module

from . import rules, subscribers
from .settings import CaseSettings

module = Module(
    name="cases",
    label=_("Requests"),
    description=_("One file for whatever a person asks, from the first word to the answer."),
    permissions=rules.PERMISSIONS,
    settings=CaseSettings,
    emits=[
        f"cases.{name}"
        for name in (
            "opened",
            "started",
            "person_attached",
            "renamed",
            "moved",
            "assigned",
            "message_sent",
            "note_added",
            "clock_stopped",
            "clock_resumed",
            "promised",
            "closed",
            "reopened",
            "rated",
            "linked",
            "unlinked",
            "merged",
            "absorbed",
            "followed",
            "unfollowed",
            "handed_over",
            "received",
            "hand_over_accepted",
            "hand_over_refused",
            "hand_over_returned",
            "hand_over_done",
        )
    ],
    on={
        "cases.handed_over": subscribers.deliver,
        "cases.hand_over_accepted": subscribers.report_back,
        "cases.hand_over_refused": subscribers.report_back,
        "cases.hand_over_returned": subscribers.report_back,
        "cases.hand_over_done": subscribers.report_back,
        "cases.closed": subscribers.finish_received,
        "cases.clock_stopped": subscribers.report_state,
        "cases.clock_resumed": subscribers.report_state,
        "cases.reopened": subscribers.report_state,
    },
)
