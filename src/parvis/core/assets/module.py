"""The manifest of assets."""

from django.utils.translation import gettext_lazy as _

from parvis.core.identity.standard_roles import CLERK, WORKS
from parvis.core.registry.entries import MapLayer, Menu
from parvis.core.registry.module import Module

from . import queries, rules, subscribers

module = Module(
    name="assets",
    label=_("Lamp posts, hydrants and other assets"),
    permissions={"assets.manage": rules.can_manage},
    permission_labels={"assets.manage": _("Change the state and place of lamp posts, hydrants, vehicles…")},
    standard_roles={CLERK: ["assets.manage"], WORKS: ["assets.manage"]},
    emits=["assets.imported", "assets.changed"],
    on={"geo.map_changed": subscribers.follow_districts},
    staff_menu=[Menu(_("Lamp posts, hydrants…"), "assets_bureau:list", icon="lamp", order=38)],
    map_layers=[MapLayer("assets", _("Lamp posts, hydrants…"), queries.features, icon="lamp", on=False)],
    commands={"import assets": "parvis.core.assets.commands:assets"},
    demo="parvis.core.assets.demo.load",
    demo_after=["geo"],
)
