"""The manifest of the citizen card."""

from django.utils.translation import gettext_lazy as _

from parvis.core.identity.standard_roles import CLERK
from parvis.core.registry.card import CardPurpose
from parvis.core.registry.entries import Menu, PersonalData, Schedule
from parvis.core.registry.module import Module

from . import operations, personal_data, rules, subscribers
from .notices import NOTICES
from .settings import Settings

module = Module(
    name="card",
    label=_("Citizen card"),
    my_menu=[Menu(_("My card"), "card:mine", icon="card", hint=_("Works without a line"), order=20)],
    pages=[Menu(_("Check a card"), "card_public:check", icon="shield", order=60)],
    staff_menu=[Menu(_("Cards"), "card_bureau:list", icon="card", order=24, permission="card.manage")],
    permissions={
        "card.manage": rules.can_manage,
        "card.count": rules.can_count,
        "card.arrange": rules.can_arrange,
    },
    permission_labels={
        "card.manage": _("Give, print, replace and end the cards of residents"),
        "card.count": _("Check cards by their number, count entries at a place"),
        "card.arrange": _("Open places that count entries, change the key that signs cards"),
    },
    standard_roles={CLERK: ["card.manage", "card.count", "card.arrange"]},
    emits=[
        "card.issued",
        "card.printed",
        "card.replaced",
        "card.ended",
        "card.key_rotated",
        "card.place_opened",
        "card.place_changed",
        "card.place_closed",
        "card.visit_counted",
        "card.visit_taken_back",
    ],
    on={"residency.ended": subscribers.void_what_they_say, "residency.lapsed": subscribers.void_what_they_say},
    notices=NOTICES,
    card_purposes=[
        CardPurpose(
            "card.resident",
            _("Pool, arena, ecocentre"),
            _("Whether you live here: yes or no. Neither your name nor your address."),
            ("resident",),
            icon="water",
            order=10,
        ),
        CardPurpose(
            "card.member",
            _("Library"),
            _("Your name and the number of your card."),
            ("number", "name"),
            icon="page",
            order=20,
        ),
        CardPurpose(
            "card.counter",
            _("Town hall"),
            _("Your name, the number of your card, whether you live here and until when that is proven, your level."),
            ("number", "name", "resident", "until", "level"),
            icon="building",
            order=30,
        ),
    ],
    schedules=[
        Schedule("forget", "47 7 * * *", "parvis.core.card.tasks.forget", each_territory=True),
    ],
    personal_data=[
        PersonalData(
            name="card",
            label=_("Your citizen card"),
            purpose=_("To show what you are entitled to without showing more."),
            retention=_("As long as you have a card, and its number two years after. Codes are never kept."),
            export=personal_data.export,
            erase=personal_data.erase,
            categories=(_("card number"),),
            readers=_("You; the staff who make cards. Who checks it: only what the check asks for."),
        )
    ],
    settings=Settings,
    urls="parvis.core.card.urls",
    prefix="mon-espace/carte/",
    root_urls="parvis.core.card.public_urls",
    reseal=operations.reseal_keys,
    commands={"card rotate": "parvis.core.card.commands:rotate"},
    demo="parvis.core.card.demo.load",
    demo_after=["residency"],
)
