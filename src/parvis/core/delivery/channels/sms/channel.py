"""What a telephone number is, and how many parts a text message takes."""

import re

from parvis.lib.errors import Invalid, gettext_noop

# 3GPP TS 23.038, the basic alphabet: messages within it hold 160 letters, others 70.
GSM_7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_7_DOUBLE = frozenset("^{}\\[~]|€")


class SmsChannel:
    """Messages to a telephone."""

    name = "sms"

    def clean(self, address: str) -> str:
        """Return the number in E.164. Raises Invalid for anything else: who asks for numbers normalises them."""
        address = address.strip()
        if not re.fullmatch(r"\+[1-9][0-9]{6,14}", address):
            raise Invalid(gettext_noop("This telephone number is not complete."), field="phone")
        return address


def parts(text: str) -> int:
    """Return how many messages a provider bills for a text (3GPP TS 23.040: parts of a long one are shorter)."""
    if all(letter in GSM_7 or letter in GSM_7_DOUBLE for letter in text):
        length, one, several = sum(2 if letter in GSM_7_DOUBLE else 1 for letter in text), 160, 153
    else:
        length, one, several = len(text.encode("utf-16-be")) // 2, 70, 67
    return 1 if length <= one else -(-length // several)
