"""What a territory may set about its cases."""

from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class CaseSettings:
    """Typed settings: delays in working days or days, `closings` as ISO dates on which the town hall is closed."""

    default_delay_days: int = field(
        default=10,
        metadata={
            "label": _("Promised delay, in working days"),
            "help": _("For the kinds of requests that promise nothing of their own."),
            "min": 1,
            "max": 365,
        },
    )
    due_soon_days: int = field(
        default=3, metadata={"label": _("Due soon: how many working days before"), "min": 0, "max": 60}
    )
    reopen_days: int = field(
        default=30,
        metadata={"label": _("How many days a person may take up an ended request again"), "min": 0, "max": 365},
    )
    closings: list[str] = field(
        default_factory=list,
        metadata={
            "label": _("Days when the town hall is closed"),
            "help": _("Besides holidays, one a line: 2026-12-28. They do not count in a promised delay."),
        },
    )
