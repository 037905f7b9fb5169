"""Texts of other people in an XML document."""

import re

# XML 1.0 has no place for these, not even escaped.
_IMPOSSIBLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def writable(text: str) -> str:
    """Return a text as XML can hold it: what it has no place for becomes U+FFFD."""
    return _IMPOSSIBLE.sub("\ufffd", text)
