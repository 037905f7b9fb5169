"""Street names in the manner of rural Quebec, each unique within its municipality."""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from .land import TownSpec
from .noise import stream

CORE_NAMES = {
    ("V", "286"): "rue Principale", ("V", "294"): "chemin du Pont", ("V", "lac"): "rue de l'Église",
    ("R", "286"): "rue Principale", ("R", "monts"): "rue de l'Église", ("G", "286"): "rue Principale",
    ("O", "294"): "rue Principale", ("N", "294"): "rue Principale", ("A", "lac"): "rue Principale",
    ("A", "monts"): "rue du Pont", ("L", "lac"): "rue Principale",
}  # fmt: skip
COLLECTOR_NAMES = {
    ("V", "lac"): "chemin d'Ashbourne", ("A", "lac"): "chemin du Lac-aux-Huards", ("L", "lac"): "chemin du Lac",
    ("A", "monts"): "chemin de Rivière-aux-Aulnes", ("R", "monts"): "chemin des Monts",
}  # fmt: skip
LAKE_NAMES = {"lac aux Huards": "chemin du Tour-du-Lac", "lac Kelly": "chemin du Lac-Kelly",
              "lac à la Dame": "chemin du Lac-à-la-Dame"}  # fmt: skip


@cache
def words(name: str) -> dict:
    """A data table of this package, by its file's name without the ending."""
    return tomllib.loads(files(__package__).joinpath(f"data/{name}.toml").read_text(encoding="utf-8"))


def slugify(text: str) -> str:
    """ASCII letters, digits and hyphens: ``rue de l'Église`` becomes ``rue-de-l-eglise``."""
    plain = unicodedata.normalize("NFKD", text.replace("œ", "oe").replace("Œ", "Oe")).encode("ascii", "ignore").decode()
    return "-".join("".join(c if c.isalnum() else " " for c in plain.lower()).split())


class StreetNames:
    """Gives out the names of one municipality, each once."""

    def __init__(self, seed: int, town: TownSpec) -> None:
        self.town = town
        self.rng = stream(seed, "names", town.slug)
        self.used: set[str] = set()
        self.cores: set[str] = set()
        self.by_group: dict[str, str] = {}
        self.streets = self._street_words()
        self.country = self._country_words()
        self.ranks = 0

    def name(self, key: str, kind: str, core: bool, length: float, *, rank: int, dead_end: bool) -> str:
        """The name of a road of this town. ``rank`` counts the village's streets from the longest."""
        family, _, rest = key.partition(":")
        group = self._group(key) + ("|core" if core else "")
        if group not in self.by_group:
            self.by_group[group] = self._new(family, rest, core, length, rank, dead_end)
        return self.by_group[group]

    def _group(self, key: str) -> str:
        """Parts of a range on one row, or of a side road on one column, bear one name."""
        parts = key.split(":")
        if parts[0] == "range":
            return f"range:{parts[1]}"
        if parts[0] == "side":
            return f"side:{parts[1]}:{parts[2]}"
        return key

    def _new(self, family: str, rest: str, core: bool, length: float, rank: int, dead_end: bool) -> str:
        letter = self.town.letter
        if core:
            return self._take(CORE_NAMES.get((letter, family), "rue du Moulin"))
        if family in ("286", "294"):
            return self._take(f"route {family}")
        if family in ("lac", "monts"):
            return self._take(COLLECTOR_NAMES.get((letter, family), "chemin des Trois-Sources"))
        if family == "bank":
            return self._first(words("names")["banks"])
        if family == "lake":
            return self._take(LAKE_NAMES[rest.split(":")[0]])
        if family == "range":
            return self._range()
        if family == "side":
            form = self.rng.choice(("montée", "montée", "route", "chemin", "chemin", "côte"))
            return self._unique(lambda: f"{form} {next(self.country)}")
        return self._street(length, rank, dead_end)

    def _range(self) -> str:
        self.ranks += 1
        if self.town.letter in "AL":
            return self._unique(lambda: f"chemin {next(self.country)}")
        if self.rng.random() < 0.45:
            return self._take(f"{self.ranks}{'er' if self.ranks == 1 else 'e'} Rang")
        return self._unique(lambda: f"rang {next(self.country)}")

    def _street(self, length: float, rank: int, dead_end: bool) -> str:
        if rank == 0 and "rue de l'Église" not in self.used:
            return self._take("rue de l'Église")
        if rank == 1 and self.town.letter == "V":
            return self._take("boulevard des Trois-Sources")
        if dead_end and length < 130:
            form = self.rng.choice(("impasse", "place", "rue"))
        elif self.town.population > 3000 and self.rng.random() < 0.2:
            form = "avenue"
        elif length < 420 and self.town.population > 900 and self.rng.random() < 0.14:
            form = "croissant"
        else:
            form = "rue"
        return self._unique(lambda: f"{form} {next(self.streets)}")

    def _first(self, names: list[str]) -> str:
        for name in names:
            if name not in self.used:
                return self._take(name)
        return self._unique(lambda: f"chemin {next(self.country)}")

    def _unique(self, draw) -> str:
        while True:
            name = draw()
            core = slugify(name.partition(" ")[2])
            if name not in self.used and core not in self.cores:
                return self._take(name)

    def _take(self, name: str) -> str:
        self.used.add(name)
        self.cores.add(slugify(name.partition(" ")[2]))
        return name

    def _street_words(self) -> Iterator[str]:
        table = words("names")
        english = table["english"] if self.town.letter in "AL" else table["english"][:4]
        common = [*table["saints"][:24], *table["nature"], *table["village"], *table["families"][:40], *english]
        rare = [*table["saints"][24:], *table["families"][40:]]
        for pool in (common, rare):
            self.rng.shuffle(pool)
            yield from pool
        given, families = list(table["given"]), list(table["families"])
        self.rng.shuffle(given)
        self.rng.shuffle(families)
        for turn in range(len(families)):
            for index, first in enumerate(given):
                yield f"{first}-{families[(index + turn) % len(families)]}"

    def _country_words(self) -> Iterator[str]:
        table = words("names")
        people = table["english"] if self.town.letter in "AL" else table["families"]
        pool = [*table["rural"], *people, *table["saints"][:12]]
        self.rng.shuffle(pool)
        yield from pool
        yield from self._street_words()
