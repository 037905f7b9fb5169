"""The house's own seed words: what people write about each kind of problem, before a territory has a history."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from parvis.lib.plain import key

LANGUAGES = ("fr", "en", "es")


@dataclass(frozen=True, slots=True)
class Concept:
    """A kind of problem as people speak of it, and the names that territories give it (folded)."""

    name: str
    names: frozenset[str]
    phrases: tuple[str, ...]


@cache
def concepts() -> dict[str, Concept]:
    """Return every concept by each of its names, folded."""
    found: dict[str, Concept] = {}
    for file in sorted(files(__package__).joinpath("seeds").iterdir(), key=lambda file: file.name):
        for name, row in tomllib.loads(file.read_text(encoding="utf-8")).items():
            names = frozenset(key(text) for text in (name, *row["names"]))
            phrases = tuple(one.strip() for code in LANGUAGES for one in row[code].split(";") if one.strip())
            for each in names:
                found.setdefault(each, Concept(name, names, phrases))
    return found


def phrases_for(names: Iterable[str]) -> tuple[str, ...]:
    """Return the seed phrases of a category that bears these names (slug, names in three languages); maybe none."""
    known = concepts()
    concept = next((known[folded] for folded in map(key, names) if folded in known), None)
    return concept.phrases if concept else ()
