"""What a territory may set about personal data."""

from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Settings:
    """Typed settings: the delay of an answer (days), never longer than the law's thirty."""

    answer_days: int = field(
        default=30,
        metadata={
            "label": _("Days to answer a request about personal data"),
            "help": _("The law allows thirty at most; a public body in Quebec has twenty, and ten more with a notice."),
            "min": 1,
            "max": 30,
        },
    )
