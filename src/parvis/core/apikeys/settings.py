"""What a territory may set about keys."""

from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Settings:
    """Typed settings: how long a key lasts (days), how often it may be used (requests a minute)."""

    lasts_days: int = field(
        default=365, metadata={"label": _("How many days a key opens the door"), "min": 1, "max": 1826}
    )
    per_minute: int = field(
        default=120, metadata={"label": _("Requests a minute, unless said otherwise"), "min": 1, "max": 6000}
    )
