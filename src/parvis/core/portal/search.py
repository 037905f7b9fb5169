"""One search field over everything: services, pages, places, reports; in plain words, with typos."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import connection
from django.urls import reverse
from django.utils.translation import get_language
from rapidfuzz import fuzz

from parvis.core.geo import queries as places
from parvis.core.registry.entries import Menu
from parvis.core.registry.registry import registry
from parvis.core.tenancy.addresses import territory_path
from parvis.core.tenancy.models import Territory
from parvis.core.tenancy.switches import switched_on
from parvis.lib import plain

from .models import SearchDocument

FLOOR = 0.45  # trigram word similarity: «nids de poul» still finds «nid-de-poule»
LONGEST = 100
SERVICE_FLOOR = 72  # of 100


@dataclass(frozen=True, slots=True)
class Hit:
    """An answer: where it leads, and what kind of thing it is."""

    title: str
    url: str
    icon: str
    hint: str = ""
    text: str = ""


@dataclass(slots=True)
class Results:
    """Answers in three groups: what one can do, where it is, what is written."""

    services: list[Hit] = field(default_factory=list)
    places: list[Hit] = field(default_factory=list)
    documents: list[Hit] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many answers there are."""
        return len(self.services) + len(self.places) + len(self.documents)


def search(territory: Territory, text: str, *, limit: int = 20) -> Results:
    """Return what answers to a few words in the territory in force."""
    asked = text.strip()[:LONGEST]
    if len(plain.key(asked)) < 2:
        return Results()
    return Results(services(asked), _places(territory, asked), _documents(territory, asked, limit))


def menu() -> list[Menu]:
    """Return the plain verbs of the modules that the territory in force uses, in order."""
    on = switched_on()
    return sorted((entry for module, entry in registry().gather("menu") if module.name in on), key=lambda e: e.order)


def services(asked: str) -> list[Hit]:
    """Return the services whose name or words resemble what was asked, the closest first."""
    wanted = plain.key(asked)
    scored = [(_likeness(wanted, entry), entry) for entry in menu()]
    best = sorted((pair for pair in scored if pair[0] >= SERVICE_FLOOR), key=lambda pair: -pair[0])
    return [Hit(str(e.label), reverse(e.url), e.icon, str(e.hint)) for _, e in best[:4]]


def _likeness(wanted: str, entry: Menu) -> float:
    words = plain.key(f"{entry.label} {entry.hint} {entry.keywords}")
    return max(fuzz.partial_token_set_ratio(wanted, words) if len(wanted) > 3 else 0, _by_word(wanted, words.split()))


def _by_word(wanted: str, words: Iterable[str]) -> float:
    known = list(words)
    parts = [part for part in wanted.split() if len(part) > 2]
    if not parts:
        return 0
    return sum(max((fuzz.ratio(part, word) for word in known), default=0) for part in parts) / len(parts)


def _places(territory: Territory, asked: str) -> list[Hit]:
    found = places.search_addresses(territory, asked, limit=4)
    page = reverse("portal:map")
    return [
        Hit(item.label, f"{page}?lat={item.lat:.5f}&lon={item.lon:.5f}#carte=17/{item.lat:.5f}/{item.lon:.5f}", "pin")
        for item in found
        if item.rank >= 0.5
    ]


def _documents(territory: Territory, asked: str, limit: int) -> list[Hit]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, rank FROM parvis.search_documents(%s, %s, %s)", [plain.key(asked), FLOOR, limit * 3])
        ranks = dict(cursor.fetchall())
    language = get_language() or "fr"
    on = switched_on()
    rows = [row for row in SearchDocument.objects.filter(pk__in=ranks) if row.module in on]
    # The same page in the reader's language first; its other languages only where that one is missing.
    rows.sort(key=lambda row: (-ranks[row.pk], row.language not in {language, ""}))
    best: dict[tuple[str, str], SearchDocument] = {}
    for row in rows:
        held = best.get((row.kind, row.ref))
        if held is None or (held.language not in {language, ""} and row.language == language):
            best[row.kind, row.ref] = row
    return [
        Hit(row.title, territory_path(territory, language, row.url), row.icon, row.hint, row.text[:160])
        for row in list(best.values())[:limit]
    ]
