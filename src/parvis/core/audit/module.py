"""The manifest of the logs."""

from django.utils.translation import gettext_lazy as _

from parvis.core.registry.entries import PersonalData
from parvis.core.registry.module import Module

from . import personal_data

module = Module(
    name="audit",
    label=_("Audit"),
    personal_data=[
        PersonalData(
            name="audit",
            label=_("What was done for you, and who looked"),
            purpose=_("To be able to show who did what, and that nobody looked without a reason."),
            retention=_("As long as the files they speak of; without your name once you are erased."),
            export=personal_data.export,
            erase=personal_data.erase,
            categories=(_("acts"), _("looks")),
            readers=_("You; the privacy officer."),
        )
    ],
)
