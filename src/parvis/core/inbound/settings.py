"""What a territory may choose about mail that comes in."""

from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class InboundSettings:
    """Choices of a territory; see the package's page in the back office."""

    opens_requests: bool = field(
        default=True,
        metadata={
            "label": _("An e-mail to the municipality opens a request"),
            "help": _(
                "Without this, only answers to our own messages are taken in; others are told to use the portal."
            ),
        },
    )
    kind: str = field(
        default="inbound",
        metadata={
            "label": _("Kind of these requests"),
            "help": _("inbound for general requests, or the name of another kind in use, such as issues."),
        },
    )
    says_received: bool = field(
        default=True,
        metadata={
            "label": _("Say to the sender that the message has arrived"),
            "help": _("With the code of the request, and the files that could not be kept."),
        },
    )
