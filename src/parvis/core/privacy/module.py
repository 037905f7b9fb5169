"""The manifest of personal data."""

from django.utils.translation import gettext_lazy as _

from parvis.core.identity.standard_roles import CLERK, MANAGER, PRIVACY
from parvis.core.registry.entries import Menu, PersonalData, Schedule, StaffCounter
from parvis.core.registry.module import Module

from . import personal_data, queries, rules
from .settings import Settings

module = Module(
    name="privacy",
    label=_("Personal data"),
    my_menu=[
        Menu(_("My data"), "privacy:mine", icon="lock", hint=_("Who saw it, take it away, have it erased"), order=80),
        Menu(_("What I agree to"), "privacy:consents", icon="shield", hint=_("Off until you switch it on"), order=81),
    ],
    staff_menu=[
        Menu(_("Personal data"), "privacy_bureau:requests", icon="lock", order=90, permission="privacy.handle")
    ],
    staff_counters=[
        StaffCounter(
            "privacy_requests",
            _("Requests about personal data"),
            queries.count_waiting,
            "privacy_bureau:requests",
            permission="privacy.handle",
            icon="lock",
            order=72,
        ),
        StaffCounter(
            "privacy_incidents",
            _("Incidents that are open"),
            queries.count_open_incidents,
            "privacy_bureau:incidents",
            permission="privacy.handle",
            icon="alert",
            tone="late",
            order=73,
        ),
    ],
    permissions={"privacy.handle": rules.can_handle, "privacy.note": rules.can_note},
    permission_labels={
        "privacy.handle": _("Answer requests about personal data, keep the registers"),
        "privacy.note": _("Write down what people agree to and ask about their data"),
    },
    standard_roles={
        MANAGER: ["privacy.handle", "privacy.note"],
        PRIVACY: ["privacy.handle", "privacy.note"],
        CLERK: ["privacy.note"],
    },
    emits=[
        "privacy.erasure_asked",
        "privacy.erasure_cancelled",
        "privacy.erasure_refused",
        "privacy.erased",
        "privacy.asked",
        "privacy.cancelled",
        "privacy.answered",
        "privacy.consent_given",
        "privacy.consent_withdrawn",
        "privacy.decided",
        "privacy.assessed",
        "privacy.incident_noted",
        "privacy.incident_changed",
        "privacy.incident_assessed",
        "privacy.incident_told",
        "privacy.incident_closed",
        "privacy.policy_published",
    ],
    schedules=[
        Schedule("forget_exports", "41 6 * * *", "parvis.core.privacy.tasks.forget_exports"),
        Schedule("forget_requests", "43 6 * * *", "parvis.core.privacy.tasks.forget_requests", each_territory=True),
        Schedule("forget_incidents", "47 6 * * *", "parvis.core.privacy.tasks.forget_incidents", each_territory=True),
        Schedule("complete_ledger", "29 * * * *", "parvis.core.privacy.tasks.complete_ledger"),
    ],
    personal_data=[
        PersonalData(
            name="privacy",
            label=_("What you agreed to, and what you asked about your data"),
            purpose=_("To do only what you agreed to, to answer you within the legal delay, and prove both."),
            retention=_("Requests: five years. What you agreed to: always, without your name once you are erased."),
            export=personal_data.export_requests,
            erase=personal_data.keep_requests,
            categories=(_("requests"), _("consents")),
            readers=_("You; the privacy officer, and the clerk who wrote it down for you."),
        ),
    ],
    settings=Settings,
    urls="parvis.core.privacy.urls",
    commands={
        "forgotten replay": "parvis.core.privacy.commands:replay",
        "forgotten check": "parvis.core.privacy.commands:check",
    },
    demo="parvis.core.privacy.demo.load",
    demo_after=["identity"],
)
