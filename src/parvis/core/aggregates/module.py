"""The manifest of kept counts."""

from django.utils.translation import gettext_lazy as _

from parvis.core.registry.entries import Schedule
from parvis.core.registry.module import Module

module = Module(
    name="aggregates",
    label=_("Kept figures"),
    schedules=[
        Schedule("refresh", "* * * * * */20", "parvis.core.aggregates.tasks.refresh"),
        Schedule("verify", "17 7 * * *", "parvis.core.aggregates.tasks.verify", each_territory=True),
    ],
    commands={"aggregates rebuild": "parvis.core.aggregates.commands:rebuild"},
)
