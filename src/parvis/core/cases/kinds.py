"""What the registry says about the kinds of cases."""

from typing import Any

from django.db.models import QuerySet

from parvis.core.files.models import FileState, StoredFile
from parvis.core.registry.entries import CaseKind, CasePanel
from parvis.core.registry.registry import registry
from parvis.core.tenancy.switches import switched_on


def kind_of(name: str) -> CaseKind:
    """Return a kind by name; one that no module declares is called by its module's label, else by its name."""
    for _, kind in registry().gather("case_kinds"):
        if kind.name == name:
            return kind
    return CaseKind(name, registry().get(name).label if name in registry() else name)


def kinds_in_use() -> list[CaseKind]:
    """Return the kinds of the modules that the territory in force uses."""
    in_use = switched_on()
    return [kind for module, kind in registry().gather("case_kinds") if module.name in in_use]


def panels_of(kind: str) -> list[CasePanel]:
    """Return the panels that modules add to the page of a case of this kind."""
    in_use = switched_on()
    return [panel for module, panel in registry().gather("case_panels") if panel.kind == kind and module.name in in_use]


def in_use(kind: str) -> bool:
    """Tell whether the territory in force uses the module of a kind."""
    return any(known.name == kind for known in kinds_in_use())


def closes_itself(case: Any) -> bool:
    """Tell whether a module's panel ends this case; not where the module is off, which must still be able to end it."""
    ends = kind_of(case.kind).closes_itself
    return ends is not None and in_use(case.kind) and ends(case)


def luggage_of(case: Any) -> dict[str, Any]:
    """Return what the module of a case sends along when it is handed over."""
    travels = kind_of(case.kind).travels
    return dict(travels(case)) if travels else {}


def files_of(case: Any) -> QuerySet[StoredFile]:
    """Return the photos and documents of a case that are ready, besides those of its conversation."""
    keys = [file["id"] for file in luggage_of(case).get("files", [])]
    return StoredFile.objects.filter(pk__in=keys, state=FileState.READY).order_by("created_at", "id")
