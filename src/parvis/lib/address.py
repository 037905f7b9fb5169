"""Civic addresses of Quebec and Canada, read as people write them.

"47 rue principale", "rue Principale, 47", "47 Main st", "1234½ boul. St-Laurent O., Danville J0A 1A0" all
become the same parts; names of streets become keys that can be compared. Nothing here knows which streets exist.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from parvis.lib import plain
from parvis.lib.street_words import (
    ABBREVIATIONS,
    ARTICLES,
    DIRECTIONS,
    ENGLISH_TRAILING,
    KINDS,
    NUMBERED_KINDS,
    ORDINAL_WORDS,
    ROMAN,
)

_POSTAL_CODE = re.compile(r"\b([abceghj-nprstvxy]\d[abceghj-nprstv-z])[ -]?(\d[abceghj-nprstv-z]\d)\b")
_UNIT = re.compile(
    r"(?:^|[\s,])(?:app(?:t|artement)?|apt|apartment|bureau|bur|suite|local|unite|unit|porte|logement|log)\b[.\s#]*"
    r"(\d{1,5}[a-z]?|[a-z]\d{0,4})\b(?!['-])|#\s*(\d{1,5}[a-z]?|[a-z]\d{0,4})\b"
)
_RANGE = re.compile(r"(?<![\w-])(\d{1,6})\s*(?:-|–|\ba\b|\bto\b)\s*(\d{1,6})(?![\w-])")
_NUMBER = re.compile(r"(\d{1,6})(?:\s*(1/2)|-?([a-z])(?![a-z]))?$")
_HALF = re.compile(r"(\d)\s*1/2(?!\d)")
_ORDINAL = re.compile(r"(\d{1,3})(?:e|er|re|ere|ieme|eme|iere|ier|nd|nde|rd|st|th|d)$")
_PROVINCE = {"qc", "quebec", "pq", "canada", "ca", "on", "ontario", "nb"}
_WIDEST_RANGE = 40


@dataclass(frozen=True)
class CivicNumber:
    """A number on a door: 47, 47½, 47A, or a range 47-51."""

    number: int
    suffix: str = ""
    last: int | None = None

    def __str__(self) -> str:
        """Write it as on the door."""
        shown = f"{self.number}{self.suffix}"
        return f"{shown}-{self.last}" if self.last else shown


@dataclass(frozen=True)
class StreetName:
    """A street's name in comparable parts: kind ("rue", "" if unknown), words without articles, direction."""

    kind: str
    words: tuple[str, ...]
    direction: str = ""

    @property
    def key(self) -> str:
        """The words and direction joined: what is stored and searched."""
        return " ".join((*self.words, self.direction)).strip()


@dataclass(frozen=True)
class AddressText:
    """What was understood of an address that somebody typed; every part may be missing."""

    civic: CivicNumber | None
    unit: str
    street: StreetName
    city: str
    postal_code: str

    @property
    def is_empty(self) -> bool:
        """Say whether nothing was understood that could be looked for."""
        return self.civic is None and not self.street.words and not self.street.kind and not self.postal_code


def search_key(street_name: str) -> str:
    """Return what a street's name is searched by: "Chemin du Lac-à-l'Épaule Nord" becomes "lac epaule nord"."""
    parts = street(street_name)
    return parts.key or parts.kind


def kind_of(street_name: str) -> str:
    """Return the canonical kind in a street's name ("Av. des Pins": "avenue"), or ""."""
    return street(street_name).kind


def civic_number(text: str) -> CivicNumber:
    """Read the number on a door: "47", "47 1/2", "47½", "47-A", "47a", "47-51". Raises ValueError."""
    folded = _HALF.sub(r"\g<1>1/2", plain.fold(text))
    if span := _RANGE.fullmatch(folded):
        first, last = int(span[1]), int(span[2])
        return CivicNumber(first, "", last if last > first else None)
    found = re.fullmatch(r"(\d{1,6})\s*(?:(1/2)|-?([a-z]))?", folded)
    if not found or not int(found[1]):
        raise ValueError("not a civic number")
    return CivicNumber(int(found[1]), "½" if found[2] else (found[3] or "").upper())


def street(name: str) -> StreetName:
    """Read a street's name into its parts, in French or English order, abbreviated or not."""
    tokens = _tokens(plain.fold(name))
    return _street(tokens)


def parse(text: str, cities: Iterable[str] = ()) -> AddressText:
    """Read an address that somebody typed. Never raises; what is not understood stays in the street's words.

    `cities` are names of towns that may follow the street without a comma.
    """
    folded = _HALF.sub(r"\g<1>1/2", plain.fold(text))
    folded, postal_code = _take_postal_code(folded)
    folded, unit = _take_unit(folded)
    segments = [segment.strip(" .") for segment in folded.split(",")]
    segments = [segment for segment in segments if segment]
    civic, name_tokens, rest = _pick(segments)
    if civic is not None and civic.last is not None and not _is_range(civic):
        unit, civic = unit or str(civic.number), CivicNumber(civic.last)
    name_tokens, city = _take_city(name_tokens, rest, cities, closed=bool(postal_code))
    return AddressText(civic, unit.upper(), _street(name_tokens), city, postal_code)


def display(civic: CivicNumber | None, street_name: str, language: str = "fr") -> str:
    """Write an address for a reader: "47, rue Principale" in French, "47 rue Principale" otherwise."""
    if civic is None:
        return street_name
    first, _, rest = street_name.partition(" ")
    if plain.key(first) in KINDS and rest:
        street_name = f"{first.lower()} {rest}"
    return f"{civic}, {street_name}" if language == "fr" else f"{civic} {street_name}"


def without_door(text: str) -> str:
    """Return a written address without the number on its door: "47, rue Principale" becomes "Rue Principale".

    The name of a street may be a number ("5e Avenue", "Route 138"), and stays; so does a place that names no door.
    """
    kept = [words for part in text.split(",") if (words := _without_number(part.split()))]
    written = ", ".join(" ".join(words) for words in kept)
    return written[:1].upper() + written[1:]


def _without_number(words: list[str]) -> list[str]:
    """Take the number on a door, and that of a flat, out of the words between two commas."""
    folded = plain.fold(" ".join(words))
    if unit := _UNIT.search(folded):
        at = len(folded[: unit.start()].split())
        words = words[:at] + words[at + len(unit[0].split()) :]
    tokens = [plain.fold(word).strip(".#") for word in words]
    for at in dict.fromkeys((0, len(tokens) - 1)) if tokens else ():
        size, civic = (1, True) if _RANGE.fullmatch(tokens[at]) else _number_at(tokens, at)
        if not civic or _names_a_street(tokens, at, size) or (at and not KINDS.keys() & set(tokens)):
            continue
        size += tokens[at + size : at + size + 1] == ["1/2"]
        return words[:at] + words[at + size :]
    return words


def _is_range(civic: CivicNumber) -> bool:
    """Tell "47-51 rue X" (two doors) from "3-47 rue X" (unit 3 of number 47)."""
    gap = civic.last - civic.number
    return 0 < gap <= _WIDEST_RANGE and gap % 2 == 0


def _take_postal_code(text: str) -> tuple[str, str]:
    found = _POSTAL_CODE.search(text)
    if not found:
        return text, ""
    before, after = text[: found.start()], text[found.end() :]
    return f"{before},{after}", f"{found[1]} {found[2]}".upper()


def _take_unit(text: str) -> tuple[str, str]:
    found = _UNIT.search(text)
    if not found:
        return text, ""
    # "bureau" may also be a street's name: a unit needs something else in the text
    left = f"{text[: found.start()]},{text[found.end() :]}"
    return (left, found[1] or found[2]) if re.search(r"\w", left) else (text, "")


def _pick(segments: list[str]) -> tuple[CivicNumber | None, list[str], list[str]]:
    """Find the number and the street's words in the parts between commas; return what is left of the parts."""
    civic: CivicNumber | None = None
    name: list[str] = []
    rest: list[str] = []
    for segment in segments:
        if name and (civic is not None or not re.match(r"\d", segment)):
            rest.append(segment)
            continue
        found, tokens = _split_number(segment)
        if name and not tokens:
            civic = civic or found
        elif not name:
            civic, name = civic or found, tokens
        else:
            rest.append(segment)
    return civic, name, rest


def _split_number(segment: str) -> tuple[CivicNumber | None, list[str]]:
    """Take the civic number from the start or the end of a part of an address."""
    if span := _RANGE.match(segment) or _RANGE.search(segment):
        before, after = segment[: span.start()].strip(), segment[span.end() :].strip()
        if not before or not after:
            return CivicNumber(int(span[1]), "", int(span[2])), _tokens(before or after)
    tokens = _tokens(segment)
    for at in (0, len(tokens) - 1) if tokens else ():
        size, civic = _number_at(tokens, at)
        if civic is not None and not _names_a_street(tokens, at, size):
            return civic, tokens[:at] + tokens[at + size :]
    return None, tokens


def _number_at(tokens: list[str], at: int) -> tuple[int, CivicNumber | None]:
    found = _NUMBER.fullmatch(tokens[at])
    if not found or _is_ordinal(tokens[at], tokens[at + 1 :]) or not int(found[1]):
        return 0, None
    suffix = "½" if found[2] else (found[3] or "").upper()
    size = 1
    follower = tokens[at + 1] if at + 1 < len(tokens) else ""
    # "47 a rue X": a letter alone after the number belongs to it, when a kind of street comes next
    if not suffix and len(follower) == 1 and follower.isalpha() and at + 2 < len(tokens) and tokens[at + 2] in KINDS:
        suffix, size = follower.upper(), 2
    return size, CivicNumber(int(found[1]), suffix)


def _is_ordinal(token: str, after: list[str]) -> bool:
    """Tell "5e avenue" (a street) from "5E" at the door: an ordinal has a kind of street right after it."""
    if not _ORDINAL.fullmatch(token):
        return False
    return not token[-1:].isalpha() or len(token.lstrip("0123456789")) > 1 or bool(after and after[0] in KINDS)


def _names_a_street(tokens: list[str], at: int, size: int) -> bool:
    """Tell whether the number is the street's own name: "route 138", "rang 3"."""
    others = tokens[:at] + tokens[at + size :]
    return at > 0 and len(others) == 1 and KINDS.get(others[0]) in NUMBERED_KINDS


def _take_city(tokens: list[str], rest: list[str], cities: Iterable[str], *, closed: bool) -> tuple[list[str], str]:
    """Separate a town at the end of the street's words, or in the parts after a comma."""
    parts = [[word for word in _tokens(part) if word not in _PROVINCE] for part in rest]
    city = next((" ".join(part) for part in parts if part and not part[0].isdigit()), "")
    while len(tokens) > 2 and (tokens[-1] == "qc" or (closed and tokens[-1] in _PROVINCE)):
        tokens = tokens[:-1]
    for known in sorted((_tokens(plain.fold(name)) for name in cities), key=len, reverse=True):
        size = len(known)
        if known and len(tokens) > size and tokens[-size:] == known and not _only_kinds(tokens[:-size]):
            return tokens[:-size], " ".join(known)
    return tokens, city


def _only_kinds(tokens: list[str]) -> bool:
    return all(token in KINDS or token in ARTICLES for token in tokens)


def _tokens(folded: str) -> list[str]:
    """Cut folded text into words; "n.-d." becomes "nd", points are lost, "1/2" stays whole."""
    text = re.sub(r"\bn\.? ?-? ?d\.?(?=[\s-]|$)", "nd", folded)
    text = re.sub(r"(?<=\w)\.(?=\s|-|,|$)", " ", text).replace(".", " ")
    return [token for token in re.split(r"[^0-9a-z/\u0080-\U0010ffff]+", text) if token.strip("/")]


def _street(tokens: list[str]) -> StreetName:
    tokens, direction = _take_direction(list(tokens))
    kind, tokens = _take_kind(tokens)
    words = [_word(token, kind, tokens[at + 1 :]) for at, token in enumerate(tokens)]
    kept = [word for word in words if word and word not in ARTICLES]
    flat = " ".join(kept or [word for word in words if word]).split()
    return StreetName(kind, tuple(flat), direction)


def _take_direction(tokens: list[str]) -> tuple[list[str], str]:
    """Take "ouest", "o." or "W" off the end, when a name is left before it."""
    if len(tokens) > 1 and tokens[-1] in DIRECTIONS and not _only_kinds(tokens[:-1]):
        return tokens[:-1], DIRECTIONS[tokens[-1]]
    return tokens, ""


def _take_kind(tokens: list[str]) -> tuple[str, list[str]]:
    """Take the kind of street off the start (French) or the end (English, "3e Avenue", "Grande Allée")."""
    if not tokens:
        return "", []
    first, last = tokens[0], tokens[-1]
    if len(tokens) == 1:
        return (KINDS[first], []) if first in KINDS and first not in {"st"} else ("", tokens)
    if first in KINDS and first not in ENGLISH_TRAILING:
        return KINDS[first], tokens[1:]
    if last in KINDS:
        return KINDS[last], tokens[:-1]
    return "", tokens


def _word(token: str, kind: str, after: list[str]) -> str:
    """Write one word of a name in its full, comparable form."""
    if token in ORDINAL_WORDS:
        return ORDINAL_WORDS[token]
    if found := _ORDINAL.fullmatch(token):
        return str(int(found[1]))
    if kind in NUMBERED_KINDS and token in ROMAN and not after:
        return ROMAN[token]
    if token.isdigit():
        return str(int(token))
    return ABBREVIATIONS.get(token, token)
