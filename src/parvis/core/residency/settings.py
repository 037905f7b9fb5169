"""What a territory may set about residency, and about what it keeps for its residents."""

from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from parvis.core.registry.registry import registry
from parvis.core.tenancy.switches import switched_on


def deeds_here() -> list[tuple[str, str]]:
    """Return what people may do in the territory in force (code, label), for the choice of what guests may not."""
    in_use = switched_on()
    return [(deed.code, deed.label) for module, deed in registry().gather("deeds") if module.name in in_use]


@dataclass(frozen=True, slots=True)
class Settings:
    """Typed settings: what guests may not do, which ways prove, how long a proof holds, the days around its end."""

    for_residents: tuple[str, ...] = field(
        default=(),
        metadata={
            "label": _("Only for residents whose address is proven"),
            "help": _("Guests from the neighbouring towns may do all the rest. Your staff may do it for anybody."),
            "choices": deeds_here,
        },
    )
    by_letter: bool = field(
        default=True, metadata={"label": _("Residents may prove their address with a code sent by mail")}
    )
    by_tax_account: bool = field(
        default=False,
        metadata={
            "label": _("Residents may prove their address with their tax bill"),
            "help": _("They type its number and its amount. Import the roll first: parvis import tax-accounts."),
        },
    )
    lasts_months: int = field(default=12, metadata={"label": _("Months that a proof holds"), "min": 1, "max": 60})
    remind_days: int = field(
        default=30, metadata={"label": _("Days before its end when the reminder leaves"), "min": 1, "max": 120}
    )
    grace_days: int = field(
        default=30, metadata={"label": _("Days after its end when rights still hold"), "min": 0, "max": 180}
    )
    letter_days: int = field(
        default=30, metadata={"label": _("Days that the code of a letter is good for"), "min": 7, "max": 90}
    )
