"""The manifest of personal data."""

from django.utils.translation import gettext_lazy as _

from parvis.core.identity.standard_roles import MANAGER, PRIVACY
from parvis.core.registry.entries import Menu, PersonalData, Schedule
from parvis.core.registry.module import Module

from . import personal_data, rules

module = Module(
    name="privacy",
    label=_("Personal data"),
    my_menu=[
        Menu(_("My data"), "privacy:mine", icon="lock", hint=_("Who saw it, take it away, have it erased"), order=80)
    ],
    staff_menu=[
        Menu(_("Personal data"), "privacy_bureau:requests", icon="lock", order=90, permission="privacy.handle")
    ],
    permissions={"privacy.handle": rules.can_handle},
    permission_labels={"privacy.handle": _("Answer requests about personal data")},
    standard_roles={MANAGER: ["privacy.handle"], PRIVACY: ["privacy.handle"]},
    emits=["privacy.erasure_asked", "privacy.erasure_cancelled", "privacy.erasure_refused", "privacy.erased"],
    schedules=[
        Schedule("forget_exports", "41 6 * * *", "parvis.core.privacy.tasks.forget_exports"),
        Schedule("forget_requests", "43 6 * * *", "parvis.core.privacy.tasks.forget_requests", each_territory=True),
    ],
    personal_data=[
        PersonalData(
            name="privacy",
            label=_("What you asked about your data"),
            purpose=_("To answer you within the legal delay, and prove it."),
            retention=_("Five years."),
            export=personal_data.export_requests,
            erase=personal_data.keep_requests,
            categories=(_("requests"),),
        ),
    ],
    urls="parvis.core.privacy.urls",
)
