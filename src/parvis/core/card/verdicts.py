"""The words of each verdict: a colour, a sign and a word each, so that none of them speaks alone."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .token import Verdict


@dataclass(frozen=True, slots=True)
class Said:
    """How a verdict is shown: `kind` is a notice's colour; `__` in `why` is filled by the page (a town, a moment)."""

    verdict: Verdict
    kind: str
    icon: str
    word: str | Promise
    why: str | Promise


SAID = {
    said.verdict: said
    for said in (
        Said(Verdict.GOOD, "ok", "check", _("Accepted"), _("The card is real and holds.")),
        Said(Verdict.NO_CARD, "attention", "help", _("Not a card"), _("This is not the code of a citizen card.")),
        Said(
            Verdict.ALTERED,
            "danger",
            "close",
            _("Refused: forged"),
            _("The signature does not match: this code was changed, or made up."),
        ),
        Said(
            Verdict.UNKNOWN,
            "danger",
            "close",
            _("Refused: unknown signature"),
            _("Nobody known here has signed this code. If this device had no line for days, find one and look again."),
        ),
        Said(
            Verdict.ELSEWHERE,
            "danger",
            "close",
            _("Refused: another town"),
            _("The card is real, and of __, not of this town."),
        ),
        Said(
            Verdict.REVOKED,
            "danger",
            "close",
            _("Refused: revoked"),
            _("This card was lost, replaced or ended. Whoever holds the new one can show it."),
        ),
        Said(
            Verdict.CLOCK,
            "attention",
            "clock",
            _("Refused: look at the clock"),
            _("This code is from later than now: set the clock of this device, then read it again."),
        ),
        Said(
            Verdict.EXPIRED,
            "danger",
            "clock",
            _("Refused: expired"),
            _("This card on paper ended on __. The town prints another."),
        ),
        Said(
            Verdict.OLD_PICTURE,
            "danger",
            "clock",
            _("Refused: an old picture"),
            _("A phone showed this code until __. Ask for the card itself, opened now."),
        ),
        Said(
            Verdict.NOT_RESIDENT,
            "danger",
            "close",
            _("Refused: not a resident"),
            _("The card is real; its holder is a guest here."),
        ),
        Said(
            Verdict.OTHER_SIDE,
            "attention",
            "swap",
            _("Another code, please"),
            _("The card is real, but this code does not say what is asked here. Ask for the code “__”."),
        ),
    )
}


def panels() -> list[Said]:
    """Return how each verdict is shown, in the order of the list."""
    return list(SAID.values())
