"""How the portal asks the registry's ports: for this territory, and for those whose things it shows.

A module declares a map layer, a source of agenda entries or of search entries, and knows of no other territory. What a
body publishes and a member accepted, or what belongs to a service that a member delegated, is read through the very
same functions, in scope ``network``: the database decides what they see (docs/decisions/0014-what-others-publish.md).
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.urls import get_script_prefix
from django.utils.translation import get_language

from parvis.core.registry.module import Module
from parvis.core.registry.registry import registry
from parvis.core.tenancy.addresses import territory_path, townless
from parvis.core.tenancy.context import current_territory_id
from parvis.core.tenancy.memo import remembered
from parvis.core.tenancy.models import Territory
from parvis.core.tenancy.switches import switched_on
from parvis.core.territories import queries as ties
from parvis.core.territories.lending import borrowing

Entry = TypeVar("Entry")
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Port(Generic[Entry]):
    """An entry of a module's manifest, and the territory it is asked for: `origin` is None for our own."""

    module: Module
    entry: Entry
    kind: str
    origin: Territory | None = None

    def read(self, ask: Callable[[Entry], Iterable[Answer]]) -> list[Answer]:
        """Return what the entry answers. Its addresses stand without town and language: see :func:`address`."""
        with _asking(self.origin, self.kind, self.module.name):
            return list(ask(self.entry))


@contextmanager
def _asking(origin: Territory | None, kind: str, service: str) -> Iterator[None]:
    """Work for a territory's ports: under its rows as far as they are lent, with `reverse` knowing no town."""
    with ExitStack() as stack:
        if origin is not None:
            stack.enter_context(borrowing(origin, kind, service=service))
        stack.enter_context(townless())
        yield


def ports(attribute: str, kind: str) -> list[Port[Any]]:
    """Return each entry of a list of the manifests (``"agenda"``): ours first, then those of whom we show this kind."""
    on = switched_on()
    entries = list(registry().gather(attribute))
    found = [Port(module, entry, kind) for module, entry in entries if module.name in on]
    here = current_territory_id()
    lenders = ties.lenders(here, kind)
    for lender in lenders:
        with borrowing(lender, kind):
            theirs = switched_on()
        found += [Port(module, entry, kind, lender) for module, entry in entries if module.name in theirs]
    accepted = {lender.pk for lender in lenders}
    for tie in remembered(("delegations", here), lambda: list(ties.delegations_received(here))):
        if tie.territory_id not in accepted:
            found += [Port(m, entry, kind, tie.territory) for m, entry in entries if m.name == tie.service]
    return found


def address(path: str, origin: Territory | None) -> str:
    """Return the address of a page that a port named (``/signalements/A1B2-C3D4``), in its town and this language."""
    if not path.startswith("/"):
        return path
    if origin is None:
        return get_script_prefix() + path.lstrip("/")
    return territory_path(origin, get_language() or "fr", path)
