"""The manifest of ties between territories."""

from django.utils.translation import gettext_lazy as _

from parvis.core.registry.module import Module

from . import rules

module = Module(
    name="territories",
    label=_("Territories and their ties"),
    permissions={"territories.manage": rules.can_manage},
    emits=[
        "territories.created",
        "territories.joined",
        "territories.delegated",
        "territories.delegation_ended",
        "territories.accepted",
        "territories.acceptance_ended",
    ],
    commands={
        "territory add": "parvis.core.territories.commands:add",
        "territory list": "parvis.core.territories.commands:listing",
    },
)
