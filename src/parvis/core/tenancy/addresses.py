"""Addresses of pages: ``[/en|/es][/town]/path``. Language and town are stripped and set as the script prefix."""

from dataclasses import dataclass
from functools import cache

from django.urls import get_resolver
from django.urls.resolvers import RoutePattern

LANGUAGES = ("en", "es")  # French has no prefix
ALWAYS_RESERVED = frozenset({"fr", "en", "es", "static", "media", "api", "www", "bureau", "mon-espace"})


@dataclass(frozen=True, slots=True)
class Address:
    """A path taken apart; `path` begins with a slash."""

    language: str
    slug: str
    path: str

    @property
    def language_prefix(self) -> str:
        """`""` for French, else `/en` or `/es`."""
        return f"/{self.language}" if self.language in LANGUAGES else ""

    @property
    def town_prefix(self) -> str:
        """`""` at the door of the instance, else `/danville`."""
        return f"/{self.slug}" if self.slug else ""

    @property
    def prefix(self) -> str:
        """What stands before every address of this language and town, with its final slash."""
        return f"{self.language_prefix}{self.town_prefix}/"


@cache
def reserved_words() -> frozenset[str]:
    """Return the first words of the addresses of the house: no town may be called so."""
    words = set(ALWAYS_RESERVED)
    for pattern in get_resolver().url_patterns:
        if isinstance(pattern.pattern, RoutePattern):
            words.add(str(pattern.pattern).split("/")[0])
    return frozenset(word for word in words if word and "<" not in word)


def take_apart(path: str) -> Address:
    """Split a path into language, town and the rest. The town may not exist: the database says."""
    if path.startswith("/api/v1/"):
        # Programs name the territory inside the address, so that one document describes every town.
        slug = path.split("/")[3]
        return Address("fr", slug if slug.isascii() and "." not in slug and slug not in {"", "docs"} else "", path)
    first, _, rest = path.lstrip("/").partition("/")
    language = "fr"
    if first in LANGUAGES:
        language, (first, _, rest) = first, rest.partition("/")
    if first and first not in reserved_words() and "." not in first:
        return Address(language, first, f"/{rest}")
    return Address(language, "", f"/{first}/{rest}" if rest or (path.endswith("/") and first) else f"/{first}")
