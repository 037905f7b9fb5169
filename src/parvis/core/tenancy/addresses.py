"""Addresses of pages: ``[/en|/es][/town]/path``. Language and town are stripped and set as the script prefix."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Protocol

from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver, get_script_prefix, reverse, set_script_prefix
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


def reserved_words() -> frozenset[str]:
    """Return the first words of the addresses of the house: no town may be called so."""
    return _reserved(get_resolver())


@cache
def _reserved(resolver: URLResolver) -> frozenset[str]:
    words = {*ALWAYS_RESERVED, *_first_words(resolver.url_patterns)}
    return frozenset(word for word in words if word and "<" not in word)


def _first_words(patterns: Iterable[URLPattern | URLResolver]) -> Iterator[str]:
    for pattern in patterns:
        if not isinstance(pattern.pattern, RoutePattern):
            continue
        route = str(pattern.pattern)
        if route == "" and isinstance(pattern, URLResolver):
            yield from _first_words(pattern.url_patterns)  # addresses that a package has at the root
        else:
            yield route.split("/")[0]


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


class HasSlug(Protocol):
    """A territory, as far as its addresses are concerned."""

    @property
    def slug(self) -> str:
        """Its word in addresses."""


def territory_path(territory: HasSlug | None, language: str, path: str) -> str:
    """Return a path of the house as it stands in that town and language: ``/en/danville`` before ``/signalements/``."""
    address = Address(language, territory.slug if territory else "", path)
    return address.prefix + path.lstrip("/")


@contextmanager
def townless() -> Iterator[None]:
    """Let `reverse` give addresses inside a town, without town and language, as tasks have them."""
    before = get_script_prefix()
    set_script_prefix("/")
    try:
        yield
    finally:
        set_script_prefix(before)


def territory_url(territory: HasSlug | None, language: str, name: str, *args: object, **kwargs: object) -> str:
    """Return the full address of a page, by its URL name, in a town and a language: for messages and other tasks.

    Safe in a request too: the script prefix of the moment is put back. `territory` None is the door of the instance.
    Raises NoReverseMatch.
    """
    with townless():
        path = reverse(name, args=args or None, kwargs=kwargs or None)
    return absolute(territory_path(territory, language, path))


def absolute(path: str) -> str:
    """Return the full address of a complete path, on this instance's public origin."""
    return f"{settings.PUBLIC_URL}{path}"
