"""The manifest of programs' keys."""

from django.utils.translation import gettext_lazy as _

from parvis.core.identity.standard_roles import CLERK
from parvis.core.registry.deeds import Deed
from parvis.core.registry.entries import Menu, PersonalData, Schedule, StaffCounter
from parvis.core.registry.module import Module

from . import personal_data, queries, rules
from .notices import NOTICES
from .settings import Settings

module = Module(
    name="apikeys",
    label=_("Keys for programs"),
    my_menu=[Menu(_("Keys for programs"), "apikeys:mine", icon="key", hint=_("For developers"), order=95)],
    staff_menu=[Menu(_("Keys for programs"), "apikeys_bureau:list", icon="key", order=91, permission="apikeys.manage")],
    staff_counters=[
        StaffCounter(
            "keys_asked",
            _("Keys that programs ask for"),
            queries.count_waiting,
            "apikeys_bureau:list",
            permission="apikeys.manage",
            icon="key",
            order=70,
        )
    ],
    permissions={"apikeys.manage": rules.can_manage_keys},
    permission_labels={"apikeys.manage": _("Give and revoke the keys of programs")},
    standard_roles={CLERK: ["apikeys.manage"]},
    deeds=[Deed("apikeys.ask", _("Ask for a key for a program"), level=1)],
    emits=[
        "apikeys.asked",
        "apikeys.approved",
        "apikeys.refused",
        "apikeys.issued",
        "apikeys.expiring",
        "apikeys.revoked",
    ],
    notices=NOTICES,
    schedules=[
        Schedule("warn", "17 12 * * *", "parvis.core.apikeys.tasks.warn", each_territory=True),
        Schedule("forget", "19 7 * * *", "parvis.core.apikeys.tasks.forget", each_territory=True),
        Schedule("forget_spending", "23 * * * *", "parvis.core.apikeys.tasks.forget_spending"),
    ],
    personal_data=[
        PersonalData(
            name="apikeys",
            label=_("Keys of your programs"),
            purpose=_("To know who answers for a program that reads or sends here."),
            retention=_("Two years after the key has closed."),
            export=personal_data.export,
            erase=personal_data.erase,
            categories=(_("words"),),
            readers=_("You; the staff who give keys."),
        )
    ],
    settings=Settings,
    urls="parvis.core.apikeys.urls",
    prefix="mon-espace/cles/",
    demo="parvis.core.apikeys.demo.load",
    demo_after=["identity"],
)
