"""The register of assessments: every module with its newest version and the one being drafted."""

from dataclasses import dataclass
from datetime import date

from parvis.core.registry.module import Module
from parvis.core.registry.registry import registry
from parvis.core.tenancy.switches import switched_on

from ..models import Assessment


@dataclass(frozen=True, slots=True)
class ModuleState:
    """A module that holds something about people, with what was assessed of it."""

    module: Module
    approved: Assessment | None
    draft: Assessment | None
    is_due: bool


def assessments_here(today: date) -> list[ModuleState]:
    """Return the modules in use here that declare personal data, each with its assessment."""
    approved: dict[str, Assessment] = {}
    drafts: dict[str, Assessment] = {}
    for row in Assessment.objects.order_by("version"):
        (approved if row.approved_at else drafts)[row.module] = row
    on = switched_on()
    return [
        ModuleState(
            module,
            approved.get(module.name),
            drafts.get(module.name),
            is_due=module.name in approved and approved[module.name].review_on <= today,
        )
        for module in registry()
        if module.name in on and (module.personal_data or module.purposes or module.automated)
    ]
