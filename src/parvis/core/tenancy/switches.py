"""Which modules a territory uses, and its values for their typed settings."""

from dataclasses import asdict, fields
from typing import Any

from django.db import transaction

from parvis.core.registry.module import Module
from parvis.core.registry.registry import registry
from parvis.lib.errors import Invalid, gettext_noop

from .context import current_territory_id
from .memo import forget, remembered
from .models import Setting, Switch


def switched_on() -> frozenset[str]:
    """Return the names of the modules that the territory in force uses; core packages are always on."""
    chosen = _chosen()
    return frozenset(
        module.name for module in registry() if not module.switchable or chosen.get(module.name, module.on_by_default)
    )


def is_on(name: str) -> bool:
    """Tell whether the territory in force uses this module."""
    module = registry().get(name)
    if not module.switchable:
        return True
    return _chosen().get(name, module.on_by_default)


def _chosen() -> dict[str, bool]:
    """What the territory in force has chosen, by module."""
    territory_id = current_territory_id()
    if territory_id is None:
        return {}
    rows = Switch.objects.filter(territory_id=territory_id)
    return remembered(
        ("switches", territory_id), lambda: dict(rows.values_list("module", "is_on")), fact_of=territory_id
    )


def set_switch(*, module: str, is_on: bool) -> None:
    """Switch a module on or off for the territory in force. Raises Invalid for a package that is always on."""
    if module not in registry() or not registry().get(module).switchable:
        raise Invalid(gettext_noop("This part cannot be switched off."))
    Switch.objects.update_or_create(module=module, territory_id=current_territory_id(), defaults={"is_on": is_on})
    forget()


def _manifest(name: str) -> tuple[Module, type]:
    module = registry().get(name)
    if module.settings is None:
        raise Invalid(gettext_noop("This part has no settings."))
    return module, module.settings


def settings_of(name: str) -> Any:
    """Return the module's settings dataclass with the values of the territory in force."""
    _, kind = _manifest(name)
    stored = _settings().get(name, {})
    known = {field.name for field in fields(kind)}
    return kind(**{key: value for key, value in stored.items() if key in known})


def _settings() -> dict[str, dict[str, Any]]:
    """What the territory in force has set, by module."""
    territory_id = current_territory_id()
    rows = Setting.objects.filter(territory_id=territory_id)
    return remembered(
        ("settings", territory_id), lambda: dict(rows.values_list("module", "values")), fact_of=territory_id
    )


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
    forget()
    return values
