"""How purposes stand on a page: by sort of use, the delicate sorts always named, even when there is none."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from parvis.core.registry.personal import PurposeKind

from .queries.consents import Standing

TITLES: dict[PurposeKind, str | Promise] = {
    PurposeKind.GENERAL: _("What this town may do if you wish"),
    PurposeKind.LOCATION: _("Knowing where you are"),
    PurposeKind.PROFILING: _("Drawing a portrait of you"),
    PurposeKind.MATCHING: _("Matching you with other people"),
}
NONE_YET: dict[PurposeKind, str | Promise] = {
    PurposeKind.GENERAL: _("No service of this town asks for anything at the moment."),
    PurposeKind.LOCATION: _(
        "No service of this town follows where you are. Your telephone’s position goes into a form only when you press "
        "the button for it."
    ),
    PurposeKind.PROFILING: _("No service of this town draws a portrait of you."),
    PurposeKind.MATCHING: _("No service of this town matches you with others."),
}


@dataclass(slots=True)
class Group:
    """The purposes of one sort, with what is said when there is none."""

    kind: PurposeKind
    title: str | Promise
    none_yet: str | Promise
    rows: list[Standing] = field(default_factory=list)


def grouped(standing: Iterable[Standing]) -> list[Group]:
    """Return the purposes by sort, every sort in its order."""
    groups = {kind: Group(kind, TITLES[kind], NONE_YET[kind]) for kind in PurposeKind}
    for row in standing:
        groups[row.purpose.kind].rows.append(row)
    return list(groups.values())
