"""The manifest."""

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from parvis.core.registry.entries import (
    AgendaItem,
    AgendaSource,
    Dataset,
    Document,
    MapFeature,
    MapLayer,
    Menu,
    Notice,
    PersonalData,
    Recipient,
    Schedule,
    SearchSource,
    StaffCounter,
    UsageCounter,
)
from parvis.core.registry.module import Module

from . import personal_data, queries, rules, subscribers
from .settings import Settings

module = Module(
    name="greeting",
    label=_("Greet"),
    switchable=True,
    menu=[Menu(_("Say good day"), "greeting:hello", keywords="bonjour")],
    my_menu=[Menu(_("My greetings"), "greeting:hello")],
    staff_menu=[Menu("Salutations reçues", "greeting_bureau:received", permission="greeting.read")],
    staff_counters=[
        StaffCounter(
            "greetings",
            "salutations cette année",
            queries.count,
            "greeting_bureau:received",
            permission="greeting.read",
        )
    ],
    permissions={"greeting.read": rules.can_read, "greeting.say": rules.can_say},
    emits=["greeting.said"],
    on={"greeting.said": subscribers.note},
    notices=[
        Notice(
            "greeting.said",
            to="greeter",
            audience=lambda event: [Recipient(person_id=event.beneficiary_id)],
            context=lambda event: {"path": "/bonjour/", "label": "Revoir"},
        )
    ],
    datasets=[Dataset("greetings", "Salutations", queries.open_rows, {"said_at": "When"})],
    search=[
        SearchSource(
            "greeting",
            "Salutations",
            lambda: [Document("1", "Salutation rare", "/bonjour/")],
            refresh_on=("greeting.said",),
        )
    ],
    map_layers=[MapLayer("greeting", "Salutations", lambda w, n: [MapFeature("1", 45.8, -71.9, "Ici bonjour")])],
    agenda=[
        AgendaSource(
            "greeting",
            "Salutations",
            items=lambda s, e: [AgendaItem("1", "Fête du bonjour", timezone.now() + timedelta(days=1))],
            mine=queries.mine,
        )
    ],
    usage=[UsageCounter("greeting", "Salués", events=("greeting.said",))],
    personal_data=[
        PersonalData(
            "greeting", "Vos salutations", "Saluer.", "Un an.", export=personal_data.export, erase=personal_data.erase
        )
    ],
    schedules=[Schedule("fade", "* * * * *", "parvis.modules.greeting.tasks.fade", each_territory=True)],
    settings=Settings,
    urls="parvis.modules.greeting.urls",
    prefix="bonjour/",
    router="parvis.modules.greeting.api.router",
    commands={"greet": "parvis.modules.greeting.commands:greet"},
)
