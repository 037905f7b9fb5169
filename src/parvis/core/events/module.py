"""The manifest of events."""

from django.utils.translation import gettext_lazy as _

from parvis.core.registry.module import Module

module = Module(
    name="events",
    label=_("Events"),
    commands={"events": "parvis.core.events.commands:events"},
)
