"""What stands on a tax bill, as people and files write it. Pure: no database."""

import re

LONGEST = 20
_CENTS = re.compile(r"^(?P<whole>[0-9]+)(?:[.,](?P<cents>[0-9]{1,2}))?$")


class Unreadable(ValueError):
    """This is no account number, or no amount."""


def account_of(text: str) -> str:
    """Return an account number as it is compared: letters and digits, without spaces and dashes. Raises Unreadable."""
    plain = re.sub(r"[\s.\-/]", "", text).upper()
    if not plain.isalnum() or not plain.isascii() or not 3 <= len(plain) <= LONGEST:
        raise Unreadable(text)
    return plain


def cents_of(text: str) -> int:
    """Return an amount in cents: ``2 345,67 $``, ``$2,345.67`` and ``2345.67`` are the same. Raises Unreadable.

    What follows the last comma or point is cents when it has one or two digits; with three it parts the thousands.
    """
    plain = re.sub(r"[\s$  ]", "", text)
    plain = re.sub(r"[.,](?=\d{3}(?:\D|$))", "", plain)
    found = _CENTS.match(plain)
    if found is None or len(found["whole"]) > 9:
        raise Unreadable(text)
    return int(found["whole"]) * 100 + int((found["cents"] or "").ljust(2, "0"))
