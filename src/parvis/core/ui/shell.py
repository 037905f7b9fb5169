"""What surrounds every page: the place's name, the links of the account menu and of the footer.

The interface stands below the packages that own those pages, so it asks a port: the setting ``UI_SHELL`` names a
function ``shell(request) -> Shell``. Without it a page still has its header and footer.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from django.utils.module_loading import import_string

from parvis.core.tenancy.addresses import Address, take_apart

LANGUAGES = (("fr", "Français"), ("en", "English"), ("es", "Español"))


@dataclass(frozen=True, slots=True)
class Link:
    """A link of the shell. `count` is shown in a bubble when it is not zero; `post` makes it a button that posts."""

    label: str
    url: str
    icon: str = ""
    count: int = 0
    post: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a signed-in person is and as what, in words; `step` leads to what comes next; `towns` are one press away.

    `here` is the name of the place; `more` leads to all of one's towns.
    """

    here: str
    said: str
    icon: str = "pin"
    step: Link | None = None
    towns: tuple[Link, ...] = ()
    more: Link | None = None


@dataclass(frozen=True, slots=True)
class Shell:
    """Links around a page. `line` stands below the place's name; `name` is how the signed-in person is called."""

    line: str = ""
    name: str = ""
    account: tuple[Link, ...] = ()
    sign_in: Link | None = None
    header: tuple[Link, ...] = ()
    footer: tuple[Link, ...] = ()
    ribbon: tuple[str, tuple[Link, ...]] = ("", ())
    call: Link | None = None
    standing: Standing | None = None
    extra: dict[str, Any] = field(default_factory=dict)


@lru_cache(maxsize=1)
def _port(path: str) -> Callable[[HttpRequest], Shell]:
    return import_string(path)


def shell_of(request: HttpRequest | None) -> Shell:
    """Return the shell of this request, asked once."""
    path = getattr(settings, "UI_SHELL", "")
    if request is None or not path:
        return Shell()
    if not hasattr(request, "_ui_shell"):
        request._ui_shell = _port(path)(request)  # type: ignore[attr-defined]
    return request._ui_shell  # type: ignore[attr-defined,no-any-return]


def person_key(request: HttpRequest | None) -> str:
    """Return an opaque key of the signed-in person for the page's own memory (drafts, offline pages), or ''."""
    person_id = getattr(getattr(request, "actor", None), "person_id", None)
    return salted_hmac("parvis.ui.person", str(person_id)).hexdigest()[:16] if person_id else ""


def territory_of(request: HttpRequest | None) -> Any:
    """Return the territory of this request, or None before one is chosen."""
    return getattr(request, "territory", None)


def prefix_of(request: HttpRequest, language: str | None = None) -> str:
    """Return what the middleware stripped from the address, language and town, perhaps for another language."""
    if language is None:
        first = getattr(request, "language_prefix", "")
    else:
        first = "" if language == settings.LANGUAGE_CODE.split("-")[0] else f"/{language}"
    return first + getattr(request, "town_prefix", "")


def in_language(address: str, language: str) -> str:
    """Return an address of this site as it stands in another language; any other address stays as it is."""
    path, mark, query = address.partition("?")
    if not path.startswith("/") or path.startswith(("//", "/\\", "/api/")):
        return address
    there = take_apart(path)
    prefix = Address(language, there.slug, there.path).prefix
    return prefix + there.path.lstrip("/") + mark + query
