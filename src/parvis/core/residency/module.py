"""The manifest of residency."""

from django.utils.translation import gettext_lazy as _

from parvis.core.identity.standard_roles import CLERK
from parvis.core.registry.entries import Menu, PersonalData, Schedule, StaffCounter
from parvis.core.registry.module import Module

from . import personal_data, queries, rules, subscribers
from .notices import NOTICES
from .settings import Settings

module = Module(
    name="residency",
    label=_("Residents"),
    description=_("What guests may do, how residents prove their address, and for how long"),
    my_menu=[Menu(_("Where I live"), "residency:mine", icon="home", hint=_("Address, proof, moving"), order=40)],
    staff_menu=[Menu(_("Residents"), "residency_bureau:list", icon="home", order=22, permission="residency.prove")],
    staff_counters=[
        StaffCounter(
            "letters_to_print",
            _("Letters to print"),
            queries.count_letters,
            "residency_bureau:list",
            permission="residency.prove",
            order=62,
        ),
    ],
    permissions={"residency.prove": rules.can_prove_any},
    permission_labels={"residency.prove": _("Prove where residents live, print their letters")},
    standard_roles={CLERK: ["residency.prove"]},
    emits=[
        "residency.claimed",
        "residency.letter_asked",
        "residency.letter_printed",
        "residency.proven",
        "residency.renewed",
        "residency.ending",
        "residency.lapsed",
        "residency.ended",
        "residency.roll_kept",
    ],
    on={"identity.left": subscribers.follow_leaving},
    notices=NOTICES,
    trust=queries.trust_of,
    schedules=[
        Schedule("remind", "41 12 * * *", "parvis.core.residency.tasks.remind", each_territory=True),
        Schedule("lapse", "43 8 * * *", "parvis.core.residency.tasks.lapse", each_territory=True),
        Schedule("forget", "44 7 * * *", "parvis.core.residency.tasks.forget", each_territory=True),
    ],
    personal_data=[
        PersonalData(
            name="residency",
            label=_("Where you live"),
            purpose=_("To give residents what is theirs: rates, places, votes."),
            retention=_("As long as you live here; then the dates without the address."),
            export=personal_data.export,
            erase=personal_data.erase,
            categories=(_("address"),),
            readers=_("You; the staff who look after residents."),
        )
    ],
    settings=Settings,
    commands={"import tax-accounts": "parvis.core.residency.commands:tax_accounts"},
    urls="parvis.core.residency.urls",
    prefix="mon-espace/residence/",
    demo="parvis.core.residency.demo.load",
    demo_after=["identity", "geo"],
)
