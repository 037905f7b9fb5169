"""Address search among 100,000 civic addresses, as the application role under row-level security.

Questions are as people write them: abbreviated, without accents, mistyped, in any order, unfinished. The baseline is
one indexed read of the same table, so that the ratio says what forgiving costs.
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable
from typing import Any

TARGET = 50.0
ADDRESSES, STREETS, QUESTIONS = 100_000, 2_000, 600
_KINDS = ("Rue", "Avenue", "Boulevard", "Chemin", "Rang", "Place", "Croissant", "Montée")
_SHORT = {"Rue": "r", "Avenue": "av", "Boulevard": "boul", "Chemin": "ch", "Rang": "rg", "Place": "pl",
          "Croissant": "crois", "Montée": "mtée"}  # fmt: skip
_FIRST_WORDS = (
    "Saint- Sainte- Notre-Dame-de- du-Lac- des-Érables- de-la-Rivière- Grand- Petit- Beau- Haut- Bas- Vieux- Belle-"
)
_STEM_WORDS = (
    "Laurent Joseph Michel Jean Pierre Anne Thérèse Champlain Cartier Frontenac Wolfe Montcalm Papineau Lévis Bourget "
    "Nelligan Leclerc Vigneault Riopelle Borduas Pellan Cyr Roy Hébert Boucher Gagnon Tremblay Bélanger Côté Fortin "
    "Moulin Église Fromagerie Forge Pont Quai Gare Manoir Seigneur Meunier Draveur Bûcheron Pinède Érablière Boulaie"
)
_FIRST, _STEMS = _FIRST_WORDS.split(), _STEM_WORDS.split()


def _names(rng: random.Random) -> list[str]:
    names: dict[str, None] = {}
    while len(names) < STREETS:
        stem = rng.choice(_FIRST) + rng.choice(_STEMS)
        tail = rng.choice(["", "", f"-{rng.choice(_STEMS)}"])
        names.setdefault(f"{rng.choice(_KINDS)} {stem}{tail}")
    return list(names)


def _town() -> tuple[Any, list[str]]:
    """Make the town inside the running transaction: nothing is left behind."""
    from shapely.geometry import LineString

    from parvis.core.geo import operations
    from parvis.core.geo.importers.reading import AddressDraft, MapReading, Reading, StreetDraft
    from parvis.core.tenancy.models import Territory
    from parvis.lib.actor import Actor

    rng = random.Random(11)
    names = _names(rng)
    town = Territory.objects.create(slug="bench-adresses", name="Banc d'essai")
    reading: MapReading = MapReading()
    doors: list[AddressDraft] = []
    for at, name in enumerate(names):
        lat, lon = 45 + at // 50 * 0.004, -73 + at % 50 * 0.006
        reading.streets.drafts.append(StreetDraft(name, 4, [LineString([(lon, lat), (lon + 0.005, lat)])]))
        for number in range(1, ADDRESSES // STREETS + 1):
            doors.append(AddressDraft(number, name, number * 2 + at % 2, "", lat, lon + number * 0.0001))
    actor = Actor.system(town.pk)
    operations.store_map(actor=actor, territory=town, reading=reading)
    operations.store_addresses(actor=actor, territory=town, reading=Reading(drafts=doors))
    return town, names


def _mistype(word: str, rng: random.Random) -> str:
    at = rng.randrange(1, max(2, len(word) - 1))
    return rng.choice([word[:at] + word[at + 1 :], word[:at] + word[at : at + 1] * 2 + word[at + 1 :]])


def _question(name: str, rng: random.Random) -> str:
    from parvis.lib import plain

    kind, _, rest = name.partition(" ")
    number = rng.randrange(2, 100)
    forms: list[Callable[[], str]] = [
        lambda: f"{number} {name}",
        lambda: f"{number}, {_SHORT[kind]} {plain.fold(rest)}",
        lambda: f"{rest} {number}",
        lambda: f"{number} {_mistype(rest, rng)}",
        lambda: f"{number} {kind} {rest[: max(4, len(rest) // 2)]}",
        lambda: rest,
    ]
    return rng.choice(forms)()


def _milliseconds(work: Callable[[], Any]) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


def run() -> dict[str, Any]:
    """Measure in one transaction that is rolled back; return the row of `address_search`."""
    from django.db import transaction

    from parvis.core.geo import queries
    from parvis.core.geo.models import Address
    from parvis.core.tenancy.context import use

    rng = random.Random(5)
    with transaction.atomic():
        try:
            with use():
                town, names = _town()
            with use(territory=town):
                ids = list(Address.objects.values_list("pk", flat=True)[:QUESTIONS])
                questions = [_question(rng.choice(names), rng) for _ in range(QUESTIONS)]
                for question in questions[:20]:
                    queries.search_addresses(town, question)
                times = [_milliseconds(lambda q=q: queries.search_addresses(town, q)) for q in questions]
                plain_reads = [_milliseconds(lambda pk=pk: Address.objects.get(pk=pk)) for pk in ids]
        finally:
            transaction.set_rollback(True)
    value, baseline = (round(statistics.quantiles(series, n=20)[18], 2) for series in (times, plain_reads))
    return {
        "bench": "address_search",
        "value": value,
        "unit": "ms p95",
        "target": TARGET,
        "met": value < TARGET,
        "baseline": baseline,
        "ratio": round(value / baseline, 1),
        "n": ADDRESSES,
    }


if __name__ == "__main__":
    import json
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "parvis.project.settings")
    django.setup()
    print(json.dumps(run()))
