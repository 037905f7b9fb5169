"""The manifest of the outbox."""

from django.utils.translation import gettext_lazy as _

from parvis.core.registry.entries import PersonalData, Schedule
from parvis.core.registry.module import Module

from . import personal

module = Module(
    name="delivery",
    label=_("Sending messages"),
    urls="parvis.core.delivery.urls",
    prefix="fournisseurs/",
    schedules=[
        Schedule("sweep", "* * * * *", "parvis.core.delivery.tasks.sweep"),
        Schedule("forget", "17 7 * * *", "parvis.core.delivery.tasks.forget"),
    ],
    personal_data=[
        PersonalData(
            name="delivery.outgoing",
            label=_("Messages sent to you"),
            purpose=_("Carry messages to you, and know whether they arrived."),
            retention=_("90 days after they were sent; sign-in codes are wiped at once."),
            export=personal.export,
            erase=personal.erase,
            categories=(_("contact"), _("correspondence")),
            readers=_("You; the staff see only whether it arrived."),
        )
    ],
)
