"""What people report: categories with their labels, promised delay, season and responsible service."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Category:
    """A kind of problem. ``slug`` never changes; ``days`` are the working days promised; ``months`` weigh the year."""

    slug: str
    labels: tuple[tuple[str, str], ...]
    days: int
    icon: str
    service: str
    weight: float
    months: tuple[float, ...]
    where: str
    needs: str
    photo: float
    ministry: bool
    elsewhere: str
    weather: tuple[str, ...]

    def label(self, language: str = "fr") -> str:
        """Its name in fr, en or es."""
        return dict(self.labels)[language]


@cache
def table(name: str) -> dict:
    """A data file of this package, by its path under ``data`` without the ending."""
    return tomllib.loads(files(__package__).joinpath(f"data/{name}.toml").read_text(encoding="utf-8"))


@cache
def phrases() -> dict[str, dict[str, list[str]]]:
    """The phrases of every category, by its slug."""
    return {**table("phrases/roads"), **table("phrases/water"), **table("phrases/town")}


def _category(row: dict) -> Category:
    return Category(
        slug=row["slug"], labels=tuple((code, row[code]) for code in ("fr", "en", "es")), days=row["days"],
        icon=row["icon"], service=row["service"], weight=row["weight"], months=tuple(row["months"]),
        where=row["where"], needs=row.get("needs", ""), photo=row["photo"], ministry=row.get("ministry", False),
        elsewhere=row.get("elsewhere", ""), weather=tuple(row.get("weather", ())))  # fmt: skip


CATEGORIES: tuple[Category, ...] = tuple(_category(row) for row in table("categories")["category"])
SERVICES: dict[str, dict[str, str]] = table("categories")["services"]
"""Labels of each responsible service, by its slug, then by language."""
