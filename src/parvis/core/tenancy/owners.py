"""Which module an address belongs to, so that it follows the module's switch."""

from collections.abc import Callable
from typing import Any

from django.urls import ResolverMatch

from parvis.core.registry.registry import registry


def owner_of(match: ResolverMatch | None, view: Callable[..., Any]) -> str | None:
    """Return the name of the switchable module whose page it is, or None for a page of the house.

    An address belongs to a module by its prefix, its namespace or the package of its view: one is enough, so that a
    view made by somebody else (Django's own redirects and templates) is closed with the rest.
    """
    modules = registry().switchable
    package = view.__module__.split(".")
    if package[:2] == ["parvis", "modules"] and package[2] in {module.name for module in modules}:
        return package[2]
    if match is None:
        return None
    for module in modules:
        mine = {module.name, f"{module.name}_bureau"}
        if mine & set(match.app_names) or (module.prefix and match.route.startswith(module.prefix)):
            return module.name
    return None
