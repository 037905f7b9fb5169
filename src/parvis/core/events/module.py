"""The manifest of events."""

from django.utils.translation import gettext_lazy as _

from parvis.core.registry.entries import Schedule
from parvis.core.registry.module import Module

module = Module(
    name="events",
    label=_("Events"),
    schedules=[Schedule("forget_receipts", "41 7 * * *", "parvis.core.events.tasks.forget_receipts")],
    commands={"events": "parvis.core.events.commands:events"},
)
