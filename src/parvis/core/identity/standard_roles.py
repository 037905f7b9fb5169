"""The roles every territory starts with. What each gives is declared by the modules, so a new module needs no work."""

from collections.abc import Iterator
from functools import lru_cache

from django.utils.translation import gettext_lazy as _

from parvis.core.registry.registry import registry

MANAGER, CLERK = "direction", "guichet"
WORKS, COMMUNICATIONS = "travaux-publics", "communications"
PRIVACY, READER = "protection-renseignements", "lecture"

STANDARD_ROLES = {
    MANAGER: _("Management"),
    CLERK: _("Front desk"),
    WORKS: _("Public works"),
    COMMUNICATIONS: _("Communications"),
    PRIVACY: _("Privacy officer"),
    READER: _("Read-only"),
}


def stored_permissions(slug: str) -> list[str]:
    """Return what a standard role stores itself: management may do everything, which the database checks."""
    return ["*"] if slug == MANAGER else []


@lru_cache(maxsize=16)
def foreseen_permissions(slug: str) -> frozenset[str]:
    """Return the permission codes that the modules foresee for a standard role.

    A code that no module foresees for anybody goes to the front desk: in a village, one clerk does everything.
    """
    return frozenset(_foreseen(slug))


def _foreseen(slug: str) -> Iterator[str]:
    claimed: set[str] = set()
    for module in registry():
        for role, codes in module.standard_roles.items():
            claimed |= set(codes)
            if role == slug:
                yield from codes
    if slug == CLERK:
        yield from (code for module in registry() for code in module.permissions if code not in claimed)
