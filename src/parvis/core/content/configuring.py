"""Writes of the settings screens: a territory's colours and contact details, its switches, its modules' settings."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from parvis.core.events.operations import record
from parvis.core.registry.registry import registry
from parvis.core.tenancy import switches
from parvis.core.tenancy.models import Territory
from parvis.core.ui import pagecache
from parvis.core.ui.contrast import PoorContrast, check_brand
from parvis.lib.actor import Actor
from parvis.lib.errors import Invalid, gettext_noop, require

from . import rules

PLACE_FIELDS = ("brand", "phone", "email", "address", "opening_hours", "website")


@transaction.atomic
def change_place(*, actor: Actor, territory: Territory, now: datetime | None = None, **changes: str) -> Territory:
    """Change a territory's colour and how it is reached.

    Raises NotAllowed, Invalid (a colour some people could not read, an address that is none).
    """
    require(rules.can_configure(actor) and actor.territory_id == territory.pk)
    fresh = Territory.objects.select_for_update().get(pk=territory.pk)
    for name in PLACE_FIELDS:
        if name in changes:
            setattr(fresh, name, changes[name].strip())
    fresh.brand = fresh.brand.lower()
    _readable(fresh.brand)
    try:
        fresh.clean_fields(exclude=[field.name for field in Territory._meta.fields if field.name not in PLACE_FIELDS])
    except ValidationError as error:
        name, messages = next(iter(error.message_dict.items()))
        raise Invalid(str(messages[0]), field=name)
    fresh.save(update_fields=PLACE_FIELDS)
    _told(actor, "place", now)
    return fresh


def _readable(brand: str) -> None:
    try:
        check_brand(brand)
    except PoorContrast as poor:
        raise Invalid(
            gettext_noop(
                "This colour is too light: its contrast against the page is %(ratio)s to 1, and people with low vision "
                "need %(needed)s. Choose a darker one."
            ),
            field="brand",
            ratio=f"{poor.ratio:.1f}",
            needed=f"{poor.needed:.1f}",
        )
    except ValueError:
        raise Invalid(gettext_noop("Write the colour as #rrggbb, such as #0f5c4f."), field="brand")


@transaction.atomic
def change_switches(*, actor: Actor, wanted: dict[str, bool], now: datetime | None = None) -> list[str]:
    """Switch modules on and off for the territory in force; return what changed. Raises NotAllowed, Invalid."""
    require(rules.can_configure(actor))
    before = switches.switched_on()
    changed = [name for name, is_on in wanted.items() if is_on != (name in before)]
    for name in changed:
        switches.set_switch(module=name, is_on=wanted[name])
    if changed:
        _told(actor, "switches", now)
    return changed


@transaction.atomic
def change_module_settings(*, actor: Actor, module: str, now: datetime | None = None, **changes: Any) -> Any:
    """Change the typed settings of a module for the territory in force and return them. Raises NotAllowed, Invalid."""
    require(rules.can_configure(actor))
    if module not in registry():
        raise Invalid(gettext_noop("There is no such module."))
    before = asdict(switches.settings_of(module))
    values = switches.change_settings(module, **changes)
    if asdict(values) != before:
        _told(actor, module, now)
    return values


def _told(actor: Actor, what: str, now: datetime | None) -> None:
    record(actor, "content.configured", None, now=now or timezone.now(), what=what)
    pagecache.bump(actor.territory_id)
