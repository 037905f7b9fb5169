"""What a territory chooses about the messages it sends."""

from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

WEEKDAYS = (
    (0, _("Monday")),
    (1, _("Tuesday")),
    (2, _("Wednesday")),
    (3, _("Thursday")),
    (4, _("Friday")),
    (5, _("Saturday")),
    (6, _("Sunday")),
)


@dataclass(frozen=True, slots=True)
class NotificationSettings:
    """Choices of a territory; see the package's page in the back office."""

    digest_hour: int = field(
        default=7,
        metadata={
            "label": _("Hour of the digest"),
            "help": _("Whoever prefers one message a day or a week gets it at this hour."),
            "min": 0,
            "max": 23,
        },
    )
    digest_weekday: int = field(
        default=4,
        metadata={"label": _("Day of the weekly digest"), "choices": WEEKDAYS},
    )
    sms_cents: float = field(
        default=0.0,
        metadata={
            "label": _("Price of one part of a text message, in cents"),
            "help": _("What your provider bills. A long message has several parts. Zero leaves the cost out."),
            "min": 0,
            "max": 1000,
        },
    )
