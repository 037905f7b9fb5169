"""The manifest of pages and the back office."""

from django.utils.translation import gettext_lazy as _

from parvis.core.identity.standard_roles import CLERK, COMMUNICATIONS, MANAGER
from parvis.core.registry.entries import AgendaSource, Menu, PersonalData, Schedule, SearchSource, StaffCounter
from parvis.core.registry.module import Module

from . import archive, personal_data, rules, sources, subscribers
from .bureau import dashboard
from .notices import NOTICES, TOPICS

module = Module(
    name="content",
    label=_("Pages and back office"),
    menu=[
        Menu(
            _("Read the news"),
            "content:news",
            icon="speech",
            hint=_("What is going on here"),
            order=300,
            keywords="nouvelles actualités avis communiqués news noticias",
        ),
        Menu(
            _("Find out how"),
            "content:guides",
            icon="help",
            hint=_("Collections, permits, water, snow"),
            order=310,
            keywords="guides démarches collectes poubelles ordures recyclage compost basura trash eau permis "
            "déneigement how to cómo",
        ),
    ],
    permissions={
        "content.write": rules.can_write,
        "content.publish": rules.can_publish,
        "content.configure": rules.can_configure,
    },
    permission_labels={
        "content.write": _("Write pages and news"),
        "content.publish": _("Publish pages and news"),
        "content.configure": _("Change the settings and the services in use"),
    },
    standard_roles={
        CLERK: ["content.write", "content.publish"],
        COMMUNICATIONS: ["content.write", "content.publish"],
        MANAGER: ["content.configure"],
    },
    emits=["content.published", "content.unpublished", "content.moved", "content.configured"],
    on={
        "territories.created": subscribers.give_content,
        "territories.imported": subscribers.give_content,
        "identity.role_assigned": subscribers.follow_roles,
        "identity.role_ended": subscribers.follow_roles,
    },
    notices=NOTICES,
    topics=TOPICS,
    search=[
        SearchSource(
            "page",
            _("Pages"),
            sources.documents,
            sources.document,
            refresh_on=("content.published", "content.unpublished", "content.moved"),
            ref_in="page",
            icon="page",
        )
    ],
    agenda=[AgendaSource("news", _("News"), items=sources.agenda, icon="speech")],
    staff_counters=[
        StaffCounter(
            "drafts",
            _("Pages waiting for approval"),
            dashboard.waiting_drafts,
            "wagtailadmin_home",
            query="#relecture",
            permission="content.publish",
            icon="edit",
            order=300,
        )
    ],
    personal_data=[
        PersonalData(
            name="content",
            label=_("Pages you wrote"),
            purpose=_("To know who wrote a page of the municipality, and to go back to an earlier version."),
            retention=_("As long as the page. Erasing takes your name off; the pages stay."),
            export=personal_data.export,
            erase=personal_data.erase,
            categories=(_("authorship"),),
            readers=_("The staff who write pages."),
        )
    ],
    schedules=[Schedule("publish_due", "* * * * *", "parvis.core.content.tasks.publish_due", each_territory=True)],
    archive=[archive.PART],
    root_urls="parvis.core.content.urls",
    last_urls="parvis.core.content.page_urls",
    demo="parvis.core.content.demo.load",
)
