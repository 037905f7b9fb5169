"""What the registry says about the kinds of cases."""

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
