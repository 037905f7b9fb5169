"""The manifest of the portal."""

from django.utils.translation import gettext_lazy as _

from parvis.core.registry.entries import Menu, PersonalData, Schedule
from parvis.core.registry.module import Module

from . import personal_data, rules, subscribers

module = Module(
    name="portal",
    label=_("Portal"),
    derive=subscribers.subscriptions,
    permissions={"portal.see_adoption": rules.can_see_adoption},
    my_menu=[Menu(_("My towns"), "portal:towns", icon="building", hint=_("Which ones see me, and what"), order=45)],
    staff_menu=[Menu(_("Adoption"), "portal_bureau:adoption", icon="user", order=90)],
    on={"territories.imported": subscribers.write_search, "content.configured": subscribers.follow_switches},
    root_urls="parvis.core.portal.urls",
    schedules=[
        Schedule("reindex", "17 6 * * *", "parvis.core.portal.tasks.reindex", each_territory=True),
        Schedule("forget", "23 7 * * *", "parvis.core.portal.tasks.forget", each_territory=True),
    ],
    demo="parvis.core.portal.demo.load",
    demo_after=["geo", "assets", "identity", "content", "issues"],
    personal_data=[
        PersonalData(
            name="portal",
            label=_("Services you used, by month"),
            purpose=_("To count how many residents are served, never to follow one."),
            retention=_("Thirteen months."),
            export=personal_data.export,
            erase=personal_data.erase,
            readers=_("Nobody: only counts of five people or more are shown."),
        )
    ],
)
