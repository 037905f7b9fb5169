"""The manifest of geo."""

from django.utils.translation import gettext_lazy as _

from parvis.core.registry.module import Module

from . import rules

module = Module(
    name="geo",
    label=_("Map and addresses"),
    permissions={"geo.import": rules.can_import},
    emits=["geo.map_changed"],
    urls="parvis.core.geo.urls",
    prefix="carte/",
    demo="parvis.core.geo.demo.load",
    commands={
        "import streets": "parvis.core.geo.commands:streets",
        "import addresses": "parvis.core.geo.commands:addresses",
        "import boundaries": "parvis.core.geo.commands:boundaries",
    },
)
