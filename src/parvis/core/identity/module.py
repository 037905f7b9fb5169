"""The manifest of people, accounts and organisations."""

from django.utils.translation import gettext_lazy as _

from parvis.core.registry.module import Module

from . import rules

module = Module(
    name="identity",
    label=_("People and organisations"),
    permissions={
        "identity.see_people": rules.can_see_people,
        "identity.change_people": rules.can_make_people,
        "identity.assign": rules.can_assign,
        "identity.admit_organisations": rules.can_admit,
    },
    emits=["identity.entered", "identity.left", "identity.details_changed", "identity.person_made"],
    urls="parvis.core.identity.urls",
    prefix="compte/",
)
