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
from parvis.core.tenancy.addresses import townless
from parvis.core.tenancy.models import Territory
from parvis.core.tenancy.switches import switched_on
from parvis.core.territories import queries as ties
from parvis.core.territories.lending import borrowing
from parvis.core.territories.models import Kind
from parvis.lib import plain

from .models import SearchDocument
from .ports import address, ports
from .words import telling

FLOOR = 0.45  # trigram similarity of two words: «lampadere» still finds «lampadaire»
LEAST = 0.3  # likeness of a document to the whole question
AS_GOOD = 0.6  # of the best answer's likeness: what is further away only hides it
NAMED = 0.7  # rank of a street or a door: below, the word only sounds like it («bache», «avenue du Marché»)
LONGEST = 100
SERVICE_FLOOR = 80  # of 100: «gide» finds the guides, «poubelles» is not «nouvelles»


@dataclass(frozen=True, slots=True)
class Hit:
    """An answer: where it leads, and what kind of thing it is; `origin` names who runs it when it is not this town."""

    title: str
    url: str
    icon: str
    hint: str = ""
    text: str = ""
    origin: str = ""


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
    """Return what answers to a few words in the territory in force, and among what it shows of others."""
    asked = text.strip()[:LONGEST]
    if len(plain.key(asked)) < 2:
        return Results()
    named, written = _documents(territory, asked, limit)
    known = {plain.key(hit.title) for hit in named}
    doors = [hit for hit in _places(territory, asked) if plain.key(hit.title) not in known]
    return Results(services(asked), (named + doors)[:6], written)


@dataclass(frozen=True, slots=True)
class Service:
    """A plain verb: what its module's menu says; `origin` is the territory that runs it when it is not this one."""

    entry: Menu
    origin: Territory | None = None

    @property
    def url(self) -> str:
        """The address of its page, in the town that runs it."""
        with townless():
            path = reverse(self.entry.url)
        return address(path, self.origin)


def menu() -> list[Service]:
    """Return the plain verbs of the modules that the territory in force uses, in order; then those that others run.

    A service that we run ourselves is not looked for elsewhere.
    """
    on = switched_on()
    asked = [port for port in ports("menu", Kind.SERVICES) if port.origin is None or port.module.name not in on]
    asked.sort(key=lambda port: (port.origin is not None, port.entry.order))
    return [Service(port.entry, port.origin) for port in asked]


def services(asked: str) -> list[Hit]:
    """Return the services whose name or words resemble what was asked, the closest first."""
    wanted = telling(asked)
    scored = [(_likeness(wanted, service.entry), service) for service in menu()]
    best = sorted((pair for pair in scored if pair[0] >= SERVICE_FLOOR), key=lambda pair: -pair[0])
    return [
        Hit(str(s.entry.label), s.url, s.entry.icon, str(s.entry.hint), origin=_name(s.origin)) for _, s in best[:4]
    ]


def _name(origin: Territory | None) -> str:
    return origin.name if origin else ""


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


@dataclass(frozen=True, slots=True)
class _Answer:
    """A document with its likeness to what was asked, from 0 to 1, and whose it is."""

    likeness: float
    row: SearchDocument
    origin: Territory | None

    def hit(self, home: Territory) -> Hit:
        row = self.row
        title = row.titles.get(get_language() or "fr", row.title)
        return Hit(title, address(row.url, self.origin or home), row.icon, row.hint, row.text[:160], _name(self.origin))


def _documents(territory: Territory, asked: str, limit: int) -> tuple[list[Hit], list[Hit]]:
    """Return the places and the pages that answer, each the best first: ours, and what we show of others."""
    found = _answers(asked, limit)
    lenders = ties.lenders(territory.pk, Kind.SERVICES)
    for lender in lenders:
        with borrowing(lender, Kind.SERVICES):
            found += _answers(asked, limit, lender)
    for tie in ties.delegations_received(territory.pk):
        if tie.territory not in lenders:
            with borrowing(tie.territory, Kind.SERVICES, service=tie.service):
                found += _answers(asked, limit, tie.territory)
    least = AS_GOOD * max((answer.likeness for answer in found), default=0)
    mine = {get_language() or "fr", ""}
    found = sorted(
        (answer for answer in found if answer.likeness >= least),
        key=lambda answer: (-answer.likeness * answer.row.weight, answer.row.language not in mine),
    )
    kinds = {(module.name, source.kind) for module, source in registry().gather("search") if source.is_place}
    return (
        [answer.hit(territory) for answer in found if (answer.row.module, answer.row.kind) in kinds][:4],
        [answer.hit(territory) for answer in found if (answer.row.module, answer.row.kind) not in kinds][:limit],
    )


def _answers(asked: str, limit: int, origin: Territory | None = None) -> list[_Answer]:
    """Return the documents of the territory in force that answer, the best first, as far as the policy shows them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, rank FROM parvis.search_documents(%s, %s, %s)", [telling(asked), FLOOR, limit * 4])
        ranks = {key: rank for key, rank in cursor.fetchall() if rank >= LEAST}
    if not ranks:
        return []
    on, order = switched_on(), list(ranks)
    rows = [row for row in SearchDocument.objects.filter(pk__in=ranks) if row.module in on]
    rows.sort(key=lambda row: order.index(row.pk))
    return [_Answer(ranks[found.pk], shown, origin) for found, shown in _in_my_language(rows)]


def _in_my_language(rows: Iterable[SearchDocument]) -> list[tuple[SearchDocument, SearchDocument]]:
    """Keep each thing once: what was found, and what to show of it, in the reader's language if it is written in it.

    Somebody who asks in another language than the page's finds it all the same, and reads it in the page's.
    """
    language = get_language() or "fr"
    found: dict[tuple[str, str, str], SearchDocument] = {}
    for row in rows:
        found.setdefault((row.module, row.kind, row.ref), row)
    other = [row for row in found.values() if row.language not in {language, ""}]
    twins = SearchDocument.objects.filter(language=language, ref__in=[row.ref for row in other]) if other else ()
    by_thing = {(twin.module, twin.kind, twin.ref): twin for twin in twins}
    return [(row, by_thing.get(thing, row)) for thing, row in found.items()]
