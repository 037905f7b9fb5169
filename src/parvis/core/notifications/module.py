"""The manifest of notices and of the inbox."""

from django.utils.translation import gettext_lazy as _

from parvis.core.registry.entries import Menu, Schedule
from parvis.core.registry.module import Module
from parvis.core.registry.personal import PersonalData

from . import personal, pushing, queries, subscribers
from .notices import NOTICES, TOPICS
from .settings import NotificationSettings

module = Module(
    name="notifications",
    label=_("Messages"),
    urls="parvis.core.notifications.urls",
    prefix="mon-espace/messages/",
    root_urls="parvis.core.notifications.root_urls",
    description=_("How people are told: by what, how often, of what."),
    derive=subscribers.subscriptions,
    reseal=pushing.reseal_key,
    emits=["notifications.preferences_changed", "notifications.address_failed"],
    notices=NOTICES,
    topics=TOPICS,
    settings=NotificationSettings,
    my_menu=[
        Menu(
            _("My messages"),
            "notifications:inbox",
            icon="mail",
            hint=_("What your towns told you"),
            order=20,
            count=queries.unread_count,
        ),
        Menu(
            _("How we tell you"), "preferences:mine", icon="bell", hint=_("E-mail, text message, how often"), order=60
        ),
    ],
    staff_menu=[
        Menu(
            _("Messages and addresses"),
            "notifications_bureau:reach",
            icon="bell",
            order=80,
            permission="identity.see_people",
        )
    ],
    schedules=[
        Schedule("forget", "41 7 * * *", "parvis.core.notifications.tasks.forget", each_territory=True),
        # Every quarter of an hour: the hour is each territory's, and not all zones are whole hours apart.
        Schedule("digests", "1,16,31,46 * * * *", "parvis.core.notifications.tasks.digests", each_territory=True),
        Schedule("tell_dead_addresses", "* * * * *", "parvis.core.notifications.tasks.tell_dead_addresses"),
    ],
    demo="parvis.core.notifications.demo.load",
    demo_after=["identity", "issues"],
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
        ),
        PersonalData(
            name="notifications.places",
            label=_("Places you care about, and messages that wait"),
            purpose=_("Tell you what happens near them, and gather messages as you chose."),
            retention=_("As long as you keep them; what waited, a month."),
            export=personal.export_here,
            erase=personal.erase_here,
            categories=("location", "correspondence"),
            readers=_("You alone."),
        ),
        PersonalData(
            name="notifications.preferences",
            label=_("How you want to be told"),
            purpose=_("Tell you as you chose, and by no other way."),
            retention=_("As long as you have an account."),
            export=personal.export_everywhere,
            erase=personal.erase_everywhere,
            categories=("contact",),
            everywhere=True,
            readers=_("You, and staff who serve you at the counter; each look is noted."),
        ),
    ],
)
