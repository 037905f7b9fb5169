"""What a territory may choose about reports."""

from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Settings:
    """Choices of a territory; see the module's page in the back office."""

    anonymous_allowed: bool = field(
        default=True,
        metadata={
            "label": _("Anybody may report without an account"),
            "help": _("They keep a code to follow their report. Without this, people sign in first."),
        },
    )
    depot: str = field(
        default="",
        metadata={
            "label": _("Where the crews leave from"),
            "help": _("An address: the day's round begins there. Empty: the middle of the village."),
        },
    )
    photos_public_at_once: bool = field(
        default=False,
        metadata={
            "label": _("Show photos to everyone at once"),
            "help": _("Otherwise staff look at each photo first, and show it when nobody can be recognised."),
        },
    )
    open311_needs_key: bool = field(
        default=True,
        metadata={
            "label": _("Programs need a key to send reports (Open311)"),
            "help": _("Reading what is public needs none."),
        },
    )
