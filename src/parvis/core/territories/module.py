"""The manifest of ties between territories."""

from django.utils.translation import gettext_lazy as _

from parvis.core.identity.standard_roles import MANAGER
from parvis.core.registry.entries import Menu, PersonalData
from parvis.core.registry.module import Module

from . import personal_data, rules, subscribers

module = Module(
    name="territories",
    label=_("Territories and their ties"),
    staff_menu=[
        Menu(_("Neighbours"), "territories_bureau:ties", icon="people", order=92, permission="territories.manage")
    ],
    personal_data=[
        PersonalData(
            name="territories",
            label=_("Addresses that came with a move"),
            purpose=_("To recognise you when a territory moves to this instance."),
            retention=_("Until erased."),
            export=personal_data.export,
            erase=personal_data.erase,
            categories=(_("contact"),),
            readers=_("Nobody: the software compares it when you sign up."),
        )
    ],
    permissions={"territories.manage": rules.can_manage},
    permission_labels={"territories.manage": _("Join, delegate, and choose what the portal shows of others")},
    standard_roles={MANAGER: ["territories.manage"]},
    emits=[
        "territories.created",
        "territories.exported",
        "territories.imported",
        "territories.joined",
        "territories.left",
        "territories.delegated",
        "territories.delegation_ended",
        "territories.published",
        "territories.publication_ended",
        "territories.accepted",
        "territories.acceptance_ended",
    ],
    on={"territories.created": subscribers.tie_again, "territories.imported": subscribers.tie_again},
    commands={
        "territory add": "parvis.core.territories.commands:add",
        "territory list": "parvis.core.territories.commands:listing",
        "territory export": "parvis.core.territories.archive.commands:export_archive",
        "territory import": "parvis.core.territories.archive.commands:import_archive",
    },
)
