"""Plain text for comparing: what two people typed differently but meant alike, made equal."""

import re
import unicodedata

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "đ": "d", "ł": "l", "ð": "d", "þ": "th", "ı": "i"})


class _Letters(dict[int, "str | int | None"]):
    """What becomes of each letter of a decomposed text, learned as they come: marks go, ligatures are written out."""

    def __missing__(self, code: int) -> int | None:
        self[code] = None if unicodedata.combining(chr(code)) else code
        return self[code]  # type: ignore[return-value]


_LETTERS = _Letters(_LIGATURES)
_APOSTROPHES = re.compile("[\u2018\u2019\u201b\u02bc\u02b9\u00b4`\u2032\uff07]")
_HYPHENS = re.compile("[\u2010-\u2015\u2212\ufe58\ufe63\uff0d\u00ad]")
_FRACTIONS = re.compile("(?<=\\d)(?=[\u00bc-\u00be\u2150-\u215e])")
_SPACES = re.compile(r"\s+")
_NOT_A_WORD = re.compile(r"[^0-9a-z\u0080-\U0010ffff]+")


def fold(text: str) -> str:
    """Return the text in lower case, without accents, with one kind of apostrophe, hyphen and space.

    Ligatures are written out (œ becomes oe), fractions become "1/2". Idempotent.
    """
    spaced = _FRACTIONS.sub(" ", text)
    unified = _HYPHENS.sub("-", _APOSTROPHES.sub("'", spaced))
    bare = _without_accents(unified)
    return _SPACES.sub(" ", _HYPHENS.sub("-", _APOSTROPHES.sub("'", bare)).replace("\u2044", "/")).strip()


def _without_accents(text: str) -> str:
    """Decompose and lower-case until nothing changes: some letters need a second pass."""
    for _ in range(4):
        if text.isascii():
            return text.lower()
        decomposed = unicodedata.normalize("NFKD", text.casefold())
        bare = decomposed.translate(_LETTERS)
        if bare == text:
            break
        text = bare
    return text


def words(text: str) -> list[str]:
    """Return the folded words of a text: letters and digits only, in their order."""
    return [word for word in _NOT_A_WORD.split(fold(text)) if word]


def key(text: str) -> str:
    """Return the folded words joined by one space: what is stored and compared in searches."""
    return " ".join(words(text))
