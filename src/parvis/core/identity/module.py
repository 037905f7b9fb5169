"""The manifest of people, accounts and organisations."""

from django.utils.translation import gettext_lazy as _

from parvis.core.registry.module import Module

from . import rules, subscribers
from .standard_roles import CLERK, MANAGER, PRIVACY

module = Module(
    name="identity",
    label=_("People and organisations"),
    permissions={
        "identity.see_people": rules.can_see_people,
        "identity.change_people": rules.can_make_people,
        "identity.assign": rules.can_assign,
        "identity.admit_organisations": rules.can_admit,
    },
    standard_roles={
        MANAGER: ["identity.assign"],
        CLERK: ["identity.see_people", "identity.change_people", "identity.admit_organisations"],
        PRIVACY: ["identity.see_people"],
    },
    emits=[
        "identity.entered",
        "identity.left",
        "identity.details_changed",
        "identity.person_made",
        "identity.role_saved",
        "identity.role_assigned",
        "identity.role_ended",
        "identity.team_saved",
    ],
    on={"territories.created": subscribers.give_roles},
    urls="parvis.core.identity.urls",
    prefix="compte/",
    demo="parvis.core.identity.demo.load",
    demo_people="parvis.core.identity.demo.people",
)
