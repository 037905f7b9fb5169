"""The manifest of webhooks."""

from django.utils.translation import gettext_lazy as _

from parvis.core.identity.standard_roles import CLERK
from parvis.core.registry.entries import Menu, Schedule, StaffCounter
from parvis.core.registry.module import Module

from . import operations, queries, rules
from .notices import NOTICES

module = Module(
    name="webhooks",
    label=_("Webhooks"),
    description=_("Tell a partner's machine what happens here, signed and logged."),
    staff_menu=[Menu(_("Webhooks"), "webhooks_bureau:list", icon="link", order=92, permission="webhooks.manage")],
    staff_counters=[
        StaffCounter(
            "webhooks_stopped",
            _("Webhooks that were stopped"),
            queries.count_stopped,
            "webhooks_bureau:list",
            permission="webhooks.manage",
            icon="link",
            tone="late",
            order=75,
        )
    ],
    permissions={"webhooks.manage": rules.can_manage_webhooks},
    permission_labels={"webhooks.manage": _("Tell machines outside what happens here")},
    standard_roles={CLERK: ["webhooks.manage"]},
    emits=[
        "webhooks.subscribed",
        "webhooks.changed",
        "webhooks.paused",
        "webhooks.resumed",
        "webhooks.rotated",
        "webhooks.replayed",
        "webhooks.removed",
        "webhooks.stopped",
    ],
    notices=NOTICES,
    schedules=[
        Schedule("sweep", "* * * * *", "parvis.core.webhooks.tasks.sweep"),
        Schedule("forget", "29 7 * * *", "parvis.core.webhooks.tasks.forget", each_territory=True),
    ],
    witness=operations.queue_for,
    reseal=operations.reseal_secrets,
    demo="parvis.core.webhooks.demo.load",
    demo_after=["issues"],
)
