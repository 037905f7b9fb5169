"""The manifest of mail that comes in."""

from django.utils.translation import gettext_lazy as _

from parvis.core.registry.entries import CaseKind, PersonalData, Schedule
from parvis.core.registry.module import Module

from . import personal_data
from .notices import NOTICES
from .settings import InboundSettings

module = Module(
    name="inbound",
    label=_("Mail that comes in"),
    description=_("An e-mail to the municipality becomes a request; an answer to ours goes on with its request."),
    emits=["inbound.opened", "inbound.answered", "inbound.bounced"],
    notices=NOTICES,
    case_kinds=[CaseKind("inbound", _("Written by e-mail"), icon="mail")],
    settings=InboundSettings,
    schedules=[Schedule("forget", "41 7 * * *", "parvis.core.inbound.tasks.forget", each_territory=True)],
    commands={"inbound": "parvis.core.inbound.commands:inbound"},
    personal_data=[
        PersonalData(
            name="inbound",
            label=_("E-mails you sent us"),
            purpose=_("To take each message once, and to protect the town from floods of mail."),
            retention=_("Your address: 90 days. The words and files are with your requests."),
            export=personal_data.export,
            erase=personal_data.erase,
            categories=(_("contact"), _("correspondence")),
            readers=_("Nobody: the software compares it."),
        )
    ],
)
