"""Which modules a territory uses, and its values for their typed settings."""

from dataclasses import asdict, fields
from typing import Any

from django.db import transaction

from parvis.core.registry.module import Module
from parvis.core.registry.registry import registry
from parvis.lib.errors import Invalid, gettext_noop

from .context import current_territory_id
from .models import Setting, Switch


def switched_on() -> frozenset[str]:
    """Return the names of the modules that the territory in force uses; core packages are always on."""
    chosen = dict(Switch.objects.values_list("module", "is_on")) if current_territory_id() else {}
    return frozenset(
        module.name for module in registry() if not module.switchable or chosen.get(module.name, module.on_by_default)
    )


def is_on(name: str) -> bool:
    """Tell whether the territory in force uses this module."""
    module = registry().get(name)
    if not module.switchable:
        return True
    choice = Switch.objects.filter(module=name).values_list("is_on", flat=True).first()
    return module.on_by_default if choice is None else choice


def set_switch(*, module: str, is_on: bool) -> None:
    """Switch a module on or off for the territory in force. Raises Invalid for a package that is always on."""
    if module not in registry() or not registry().get(module).switchable:
        raise Invalid(gettext_noop("This part cannot be switched off."))
    Switch.objects.update_or_create(module=module, territory_id=current_territory_id(), defaults={"is_on": is_on})


def _manifest(name: str) -> tuple[Module, type]:
    module = registry().get(name)
    if module.settings is None:
        raise Invalid(gettext_noop("This part has no settings."))
    return module, module.settings


def settings_of(name: str) -> Any:
    """Return the module's settings dataclass with the values of the territory in force."""
    _, kind = _manifest(name)
    stored = Setting.objects.filter(module=name).values_list("values", flat=True).first() or {}
    known = {field.name for field in fields(kind)}
    return kind(**{key: value for key, value in stored.items() if key in known})


@transaction.atomic
def change_settings(name: str, **changes: Any) -> Any:
    """Change some of a module's settings for the territory in force and return them. Raises Invalid."""
    _, kind = _manifest(name)
    unknown = set(changes) - {field.name for field in fields(kind)}
    if unknown:
        raise Invalid(gettext_noop("Unknown setting: %(names)s."), names=", ".join(sorted(unknown)))
    values = kind(**{**asdict(settings_of(name)), **changes})
    Setting.objects.update_or_create(
        module=name, territory_id=current_territory_id(), defaults={"values": asdict(values)}
    )
    return values
