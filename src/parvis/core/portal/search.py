"""One search field over everything: services, pages, places, reports; in plain words, with typos."""

from collections.abc import Iterable, Sequence
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
from .words import telling

FLOOR = 0.45  # trigram similarity of two words: «lampadere» still finds «lampadaire»
LEAST = 0.3  # likeness of a document to the whole question
AS_GOOD = 0.6  # of the best answer's likeness: what is further away only hides it
NAMED = 0.7  # rank of a street or a door: below, the word only sounds like it («bache», «avenue du Marché»)
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
    named, written = _documents(territory, asked, limit)
    known = {plain.key(hit.title) for hit in named}
    doors = [hit for hit in _places(territory, asked) if plain.key(hit.title) not in known]
    return Results(services(asked), (named + doors)[:6], written)


def menu() -> list[Menu]:
    """Return the plain verbs of the modules that the territory in force uses, in order."""
    on = switched_on()
    return sorted((entry for module, entry in registry().gather("menu") if module.name in on), key=lambda e: e.order)


def services(asked: str) -> list[Hit]:
    """Return the services whose name or words resemble what was asked, the closest first."""
    wanted = telling(asked)
    scored = [(_likeness(wanted, entry), entry) for entry in menu()]
    best = sorted((pair for pair in scored if pair[0] >= SERVICE_FLOOR), key=lambda pair: -pair[0])
    return [Hit(str(e.label), reverse(e.url), e.icon, str(e.hint)) for _, e in best[:4]]


def _likeness(wanted: Sequence[str], entry: Menu) -> float:
    """Return how well a service answers, of 100: one word that it is known by is enough in a whole sentence."""
    known = plain.words(f"{entry.label} {entry.hint} {entry.keywords}")
    known = [*(word for word in known if len(word) > 2), plain.key(entry.keywords.replace(" ", ""))]
    scores = [max((fuzz.ratio(word, other) for other in known), default=0) for word in wanted if len(word) > 2]
    return max([sum(scores) / len(scores), *(score - 10 for score in scores)]) if scores else 0


def _places(territory: Territory, asked: str) -> list[Hit]:
    found = places.search_addresses(territory, asked, limit=4)
    return [Hit(item.label, _on_map(item.lat, item.lon), "pin") for item in found if item.rank >= NAMED]


def _on_map(lat: float, lon: float) -> str:
    return f"{reverse('portal:map')}?lat={lat:.5f}&lon={lon:.5f}#carte=17/{lat:.5f}/{lon:.5f}"


def _documents(territory: Territory, asked: str, limit: int) -> tuple[list[Hit], list[Hit]]:
    """Return the places and the pages that answer, each the best first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, rank FROM parvis.search_documents(%s, %s, %s)", [telling(asked), FLOOR, limit * 4])
        ranks = dict(cursor.fetchall())
    least = max(LEAST, AS_GOOD * max(ranks.values(), default=0))
    on = switched_on()
    rows = [row for row in SearchDocument.objects.filter(pk__in=ranks) if row.module in on and ranks[row.pk] >= least]
    order = list(ranks)
    rows.sort(key=lambda row: order.index(row.pk))
    kinds = {(module.name, source.kind) for module, source in registry().gather("search") if source.is_place}
    chosen = _in_my_language(rows)
    return (
        [_hit(territory, row) for row in chosen if (row.module, row.kind) in kinds][:4],
        [_hit(territory, row) for row in chosen if (row.module, row.kind) not in kinds][:limit],
    )


def _in_my_language(rows: Iterable[SearchDocument]) -> list[SearchDocument]:
    """Keep each thing once: in the reader's language if it is written in it, else as it was found.

    Somebody who asks in another language than the page's finds it all the same, and reads it in the page's.
    """
    language = get_language() or "fr"
    found: dict[tuple[str, str, str], SearchDocument] = {}
    for row in rows:
        found.setdefault((row.module, row.kind, row.ref), row)
    other = [row for row in found.values() if row.language not in {language, ""}]
    twins = SearchDocument.objects.filter(language=language, ref__in=[row.ref for row in other]) if other else ()
    by_thing = {(twin.module, twin.kind, twin.ref): twin for twin in twins}
    return [by_thing.get(thing, row) for thing, row in found.items()]


def _hit(territory: Territory, row: SearchDocument) -> Hit:
    language = get_language() or "fr"
    url = territory_path(territory, language, row.url)
    return Hit(row.titles.get(language, row.title), url, row.icon, row.hint, row.text[:160])
