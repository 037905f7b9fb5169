"""What a territory may set about its card."""

from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

LONGEST_HOURS = 72
"""A code on a phone never holds longer, whatever a territory sets: what is revoked stays on the list for so long."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Typed settings: how long a code holds on a phone (hours) and on paper (months), the sheet's second language."""

    phone_hours: int = field(
        default=24,
        metadata={
            "label": _("Hours that a code on a phone holds without a line"),
            "help": _("It is renewed by itself each time the phone has a line."),
            "min": 1,
            "max": LONGEST_HOURS,
        },
    )
    paper_months: int = field(
        default=12, metadata={"label": _("Months that a card on paper holds"), "min": 1, "max": 24}
    )
    second_language: str = field(
        default="",
        metadata={
            "label": _("Second language of cards on paper"),
            "choices": [("", _("None")), ("fr", "Français"), ("en", "English"), ("es", "Español")],
        },
    )
