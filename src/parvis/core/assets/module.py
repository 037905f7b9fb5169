"""The manifest of assets."""

from django.utils.translation import gettext_lazy as _

from parvis.core.registry.entries import MapLayer
from parvis.core.registry.module import Module

from . import queries, rules

module = Module(
    name="assets",
    label=_("Lamp posts, hydrants and other assets"),
    permissions={"assets.manage": rules.can_manage},
    permission_labels={"assets.manage": _("Import and change lamp posts, hydrants, vehicles…")},
    emits=["assets.imported", "assets.state_changed"],
    map_layers=[MapLayer("assets", _("Lamp posts, hydrants…"), queries.features, icon="lamp", on=False)],
    commands={"import assets": "parvis.core.assets.commands:assets"},
    demo="parvis.core.assets.demo.load",
    demo_after=["geo"],
)
