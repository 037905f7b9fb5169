"""What a territory may set about residency."""

from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Settings:
    """Typed settings: which ways prove it, how long a proof holds (months), the days around its end."""

    by_letter: bool = field(
        default=True, metadata={"label": _("Residents may prove their address with a code sent by mail")}
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
