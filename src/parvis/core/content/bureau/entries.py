"""What modules put in the staff menu."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse

from parvis.core.registry.registry import registry
from parvis.core.tenancy.switches import switched_on
from parvis.lib.actor import Actor


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the staff menu, with its address in the town in force."""

    name: str
    label: str
    url: str
    icon: str
    hint: str
    order: int


def entries_of(actor: Actor) -> Iterator[Entry]:
    """Yield what each module in use offers to this member of staff, in their order."""
    in_use = switched_on()
    found = [entry for module, entry in registry().gather("staff_menu") if module.name in in_use]
    for entry in sorted(found, key=lambda entry: entry.order):
        if not entry.permission or actor.may(entry.permission):
            name = entry.url.replace(":", "-")
            yield Entry(name, str(entry.label), reverse(entry.url), entry.icon, str(entry.hint), entry.order)
