"""Texts with blanks such as ``{{prenom}}``: a list of known names and nothing else. Pure.

It is no language: no attribute, no filter, no call, no loop; what fills a blank is never read again.
"""

import re
from collections.abc import Iterable, Mapping

from parvis.lib.plain import fold

_BLANK = re.compile(r"\{\{\s*([^\W\d_][\w-]{0,39})\s*\}\}")
_NOTHING = "\ue000"  # of no alphabet: stands where a blank had no value, until the spaces around it are put right
_BEFORE_A_MARK = re.compile(f" *{_NOTHING}(?=[,.)]|$)", re.MULTILINE)
_LONELY = re.compile(f"{_NOTHING} ?")


def names_in(text: str) -> list[str]:
    """Return the names of the blanks of a text, folded (``Prénom`` is ``prenom``), each once, in their order."""
    return list(dict.fromkeys(fold(name) for name in _BLANK.findall(text)))


def unknown_in(text: str, known: Iterable[str]) -> list[str]:
    """Return what stands in braces and would not be filled: names nobody knows, and braces left open."""
    names = set(known)
    strange = [name for name in names_in(text) if name not in names]
    rest = _BLANK.sub("", text)
    return strange + [mark for mark in ("{{", "}}") if mark in rest]


def fill(text: str, values: Mapping[str, str]) -> str:
    """Return the text with its blanks filled; one without a value leaves no hole: «Bonjour {{prenom}},», «Bonjour,»."""
    if not names_in(text):
        return text
    filled = _BLANK.sub(lambda match: values.get(fold(match[1])) or _NOTHING, text)
    return _LONELY.sub("", _BEFORE_A_MARK.sub("", filled))
