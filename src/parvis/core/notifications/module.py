"""The manifest of notices and of the inbox."""

from django.utils.translation import gettext_lazy as _

from parvis.core.registry.entries import Menu, PersonalData, Schedule
from parvis.core.registry.module import Module

from . import personal, queries, subscribers

module = Module(
    name="notifications",
    label=_("Messages"),
    urls="parvis.core.notifications.urls",
    prefix="mon-espace/messages/",
    derive=subscribers.subscriptions,
    my_menu=[
        Menu(
            _("My messages"),
            "notifications:inbox",
            icon="mail",
            hint=_("What your towns told you"),
            order=20,
            count=queries.unread_count,
        )
    ],
    schedules=[Schedule("forget", "41 7 * * *", "parvis.core.notifications.tasks.forget", each_territory=True)],
    personal_data=[
        PersonalData(
            name="notifications.inbox",
            label=_("Your inbox"),
            purpose=_("Tell you what becomes of what you asked for, and keep it where you can find it again."),
            retention=_("Two years, or until you ask for erasure."),
            export=personal.export,
            erase=personal.erase,
            categories=(_("correspondence"),),
            readers=_("You alone."),
        )
    ],
)
