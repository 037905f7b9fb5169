"""The manifest of cases."""

from django.utils.translation import gettext_lazy as _

from parvis.core.identity.standard_roles import CLERK, MANAGER, READER, WORKS
from parvis.core.registry.entries import Menu, PersonalData, Schedule, StaffCounter
from parvis.core.registry.module import Module
from parvis.core.registry.personal import Purpose

from . import personal_data, queries, rules, subscribers
from .notices import NOTICES, TOPICS
from .operations.conversation import FILE_PURPOSE
from .operations.copies import PARTNER_PURPOSE
from .settings import CaseSettings
from .telling import WEBHOOK_EVENTS

module = Module(
    name="cases",
    label=_("Requests"),
    description=_("One file for whatever a person asks, from the first word to the answer."),
    my_menu=[Menu(_("My requests"), "cases:list", icon="case", hint=_("Where each one stands"), order=10)],
    staff_menu=[
        Menu(_("Work list"), "cases_bureau:list", icon="list", order=10, permission="cases.view"),
        Menu(_("On the telephone"), "cases_bureau:telephone", icon="phone", order=20, permission="cases.serve"),
        Menu(_("Ready answers"), "cases_bureau:canned", icon="speech", order=78, permission="cases.configure"),
    ],
    staff_counters=[
        StaffCounter(
            "late",
            _("Late"),
            queries.count_late,
            "cases_bureau:list",
            query="?view=late",
            permission="cases.view",
            icon="clock",
            tone="late",
            order=10,
        ),
        StaffCounter(
            "awaiting",
            _("Messages to answer"),
            queries.count_awaiting,
            "cases_bureau:list",
            query="?view=awaiting",
            permission="cases.view",
            icon="speech",
            order=20,
        ),
        StaffCounter(
            "mine",
            _("On my list"),
            queries.count_mine,
            "cases_bureau:list",
            query="?view=mine",
            permission="cases.view",
            icon="user",
            order=30,
        ),
        StaffCounter(
            "members",
            _("Cases of our members"),
            queries.count_delegated,
            "cases_bureau:members",
            permission="cases.view",
            icon="people",
            order=35,
        ),
        StaffCounter(
            "received",
            _("Handed over to us"),
            queries.count_received,
            "cases_bureau:received",
            permission="cases.view",
            icon="swap",
            order=40,
        ),
        StaffCounter(
            "partners",
            _("Organisations to answer"),
            queries.count_partners,
            "cases_bureau:received",
            permission="cases.view",
            icon="people",
            order=50,
        ),
    ],
    permissions=rules.PERMISSIONS,
    permission_labels={
        rules.VIEW: _("Read every request"),
        rules.WORK: _("Work on every request: answer, assign, close"),
        rules.SERVE: _("Serve people by telephone and at the counter"),
        rules.OVERSEE: _("Oversee the work: be told of promises about to break and of what is late"),
        rules.CONFIGURE: _("Write the answers kept ready for everyone"),
        rules.HAND_OVER: _("Hand requests over to another body, accept theirs"),
    },
    standard_roles={
        MANAGER: [rules.OVERSEE],
        CLERK: [code for code in rules.PERMISSIONS if code != rules.OVERSEE],
        WORKS: [rules.VIEW, rules.WORK],
        READER: [rules.VIEW],
    },
    file_rules={FILE_PURPOSE: rules.can_see_file, PARTNER_PURPOSE: rules.can_see_partner_file},
    notices=NOTICES,
    topics=TOPICS,
    personal_data=[
        PersonalData(
            name="cases",
            label=_("What you asked of the municipality"),
            purpose=_("To answer you, and to prove what was answered and when."),
            retention=_("Your name and words: as long as you keep them. The kind, dates and states: always."),
            export=personal_data.export,
            erase=personal_data.erase,
            categories=(_("contact details"), _("words"), _("files"), _("places")),
            readers=_("You; the staff who work on requests, and the body to which yours is handed over."),
        )
    ],
    purposes=[
        Purpose(
            name="cases.share_contact",
            label=_("Others may reach me about my request"),
            words=_(
                "When my request is handed to another body or to a contractor, my name, my telephone and my e-mail go "
                "along, so that they can ask me directly. Without it, they ask the town."
            ),
        )
    ],
    urls="parvis.core.cases.urls",
    prefix="mon-espace/demandes/",
    settings=CaseSettings,
    webhook_events=WEBHOOK_EVENTS,
    schedules=[
        Schedule("forget_runs", "53 6 * * *", "parvis.core.cases.tasks.forget_runs", each_territory=True),
        Schedule("late_digests", "30 10 * * *", "parvis.core.cases.tasks.late_digests", each_territory=True),
    ],
    emits=[
        f"cases.{name}"
        for name in (
            "opened",
            "started",
            "person_attached",
            "person_detached",
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
            "became",
            "linked",
            "unlinked",
            "merged",
            "absorbed",
            "unmerged",
            "parted",
            "followed",
            "unfollowed",
            "handed_over",
            "passed_on",
            "received",
            "hand_over_accepted",
            "hand_over_refused",
            "hand_over_returned",
            "hand_over_done",
            "hand_over_withdrawn",
            "partner_message",
            "copy_erased",
            "link_replaced",
            "partner_link_replaced",
            "photo_blurred",
            "photo_unblurred",
            "canned_saved",
            "canned_deleted",
            "bulk_started",
            "bulk_finished",
            "late_digest",
        )
    ],
    on={
        "cases.handed_over": subscribers.deliver,
        "cases.hand_over_accepted": subscribers.report_back,
        "cases.hand_over_refused": subscribers.report_back,
        "cases.hand_over_returned": subscribers.report_back,
        "cases.hand_over_done": subscribers.report_back,
        "cases.hand_over_withdrawn": subscribers.take_back,
        "cases.started": subscribers.take_on,
        "cases.closed": subscribers.finish_received,
        "cases.copy_erased": subscribers.forget_elsewhere,
        "cases.clock_stopped": subscribers.report_state,
        "cases.clock_resumed": subscribers.report_state,
        "cases.reopened": subscribers.report_state,
    },
)
