"""The registry: all manifests, checked at boot, read by pages, tasks, privacy, rewards and the rest."""

import importlib
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import Any

from .discovery import packages
from .module import Handler, Module


class BootError(Exception):
    """The manifests do not fit together; the message lists every problem."""


class Registry:
    """Every manifest of the house, core first."""

    def __init__(self, modules: Sequence[Module]) -> None:
        self.modules = tuple(modules)
        self._by_name = {module.name: module for module in self.modules}

    def __iter__(self) -> Iterator[Module]:
        return iter(self.modules)

    def __contains__(self, name: str) -> bool:
        return name in self._by_name

    def get(self, name: str) -> Module:
        """Return the manifest of that name. Raises KeyError."""
        return self._by_name[name]

    @property
    def switchable(self) -> tuple[Module, ...]:
        """The modules that a territory may switch off."""
        return tuple(module for module in self.modules if module.switchable)

    @cached_property
    def emitted(self) -> dict[str, str]:
        """Each event's name with the module that emits it."""
        return {event: module.name for module in self.modules for event in module.emits}

    @cached_property
    def witnesses(self) -> tuple[Callable[[Any], None], ...]:
        """What is called with each event in its own transaction."""
        return tuple(module.witness for module in self.modules if module.witness is not None)

    @cached_property
    def handlers(self) -> dict[str, tuple[tuple[str, Handler], ...]]:
        """Each event's subscribers as (module name, handler)."""
        found: dict[str, list[tuple[str, Handler]]] = {}
        for module in self.modules:
            pairs = [*module.handlers(), *(module.derive(self) if module.derive else ())]
            for event, handler in pairs:
                found.setdefault(event, []).append((module.name, handler))
        return {event: tuple(dict.fromkeys(pairs)) for event, pairs in found.items()}

    def owner_of(self, event: str) -> Module:
        """Return the module that emits an event. Raises KeyError."""
        return self._by_name[self.emitted[event]]

    def gather(self, attribute: str) -> Iterator[tuple[Module, Any]]:
        """Yield (module, entry) for each entry of a list in the manifests, such as ``"map_layers"``."""
        for module in self.modules:
            for entry in getattr(module, attribute):
                yield module, entry


def handler_path(handler: Handler) -> str:
    """Return how a task names a handler: ``package.module:function``."""
    return f"{handler.__module__}:{handler.__qualname__}"


def load_handler(path: str) -> Handler:
    """Return the handler of that path. Raises ImportError or AttributeError when it has gone."""
    module, _, name = path.partition(":")
    return getattr(importlib.import_module(module), name)


_registry: Registry | None = None


def registry() -> Registry:
    """Return the registry of this process, read on first use once Django is ready."""
    global _registry
    if _registry is None:
        names = [*packages("parvis.core"), *packages("parvis.modules")]
        _registry = Registry([importlib.import_module(f"{name}.module").module for name in names])
    return _registry
