"""The one search field: in plain words, with typing errors, in three languages, each thing once."""

import pytest
from django.utils import translation

from parvis.core.portal import operations, search
from parvis.core.portal.words import telling
from parvis.core.registry.entries import Document, SearchSource
from parvis.core.registry.module import Module
from parvis.core.tenancy.context import use
from parvis.core.tenancy.models import Territory

pytestmark = pytest.mark.django_db
MODULE = Module(name="portal", label="Essai")
BINS = "Bac noir, bac bleu, bac brun : quel jour les mettre au chemin."
REPORT = Document(
    "r1",
    "Nid-de-poule · 12, rue Principale",
    "/signalements/X/",
    keywords="X7RT trou",
    titles={
        "fr": "Nid-de-poule · 12, rue Principale",
        "en": "Pothole · 12, rue Principale",
        "es": "Bache · 12, rue Principale",
    },
    weight=0.6,
)


def index(*documents: Document) -> None:
    operations.reindex(MODULE, SearchSource("essai", "Essais", lambda: documents))


def titles(territory: Territory, asked: str) -> list[str]:
    return [hit.title for hit in search.search(territory, asked).documents]


@pytest.mark.parametrize(
    "asked", ["collecte des bacs", "colecte bac", "BACS collecte", "collectes", "quand est la collecte?"]
)
def test_the_search_forgives(territory: Territory, asked: str) -> None:
    index(Document("1", "Collecte des bacs bruns", "/g/", keywords="compost"), Document("2", "Piscine", "/p/"))
    assert titles(territory, asked) == ["Collecte des bacs bruns"]


@pytest.mark.parametrize(
    ("asked", "language", "title"),
    [
        ("nid de poul", "fr", "Nid-de-poule · 12, rue Principale"),
        ("pothole", "fr", "Nid-de-poule · 12, rue Principale"),
        ("potholes", "en", "Pothole · 12, rue Principale"),
        ("nids-de-poule", "en", "Pothole · 12, rue Principale"),
        ("bache", "es", "Bache · 12, rue Principale"),
        ("baches en la calle", "es", "Bache · 12, rue Principale"),
    ],
)
def test_a_thing_is_found_in_any_language_and_read_in_mine(
    territory: Territory, asked: str, language: str, title: str
) -> None:
    index(REPORT, Document("g", "Ordures et recyclage", "/g/", text=BINS, weight=1.4))
    with translation.override(language):
        assert titles(territory, asked) == [title]


def test_a_page_of_three_languages_is_one_answer_in_mine(territory: Territory) -> None:
    index(
        Document("h", "Seulement en français : la collecte", "/h/", language="fr"),
        Document("g", "Collecte des ordures", "/g/", language="fr", keywords="bacs"),
        Document("g", "Garbage collection", "/g/", language="en", keywords="bacs"),
    )
    with translation.override("en"):
        found = search.search(territory, "collecte").documents
    assert [hit.title for hit in found] == ["Garbage collection", "Seulement en français : la collecte"]
    assert found[0].url == f"/en/{territory.slug}/g/"


def test_a_title_stands_before_a_mention(territory: Territory) -> None:
    index(
        Document("1", "Nouvelles de mars", "/n/", text="La bibliothèque a aussi de nouveaux livres."),
        Document("2", "La bibliothèque", "/b/"),
    )
    assert titles(territory, "biblioteque")[0] == "La bibliothèque"


def test_small_words_find_nothing_by_themselves(territory: Territory) -> None:
    index(Document("1", "Le village de la vallée", "/v/"), Document("2", "Hôtel de ville", "/h/"))
    assert titles(territory, "hotel de ville") == ["Hôtel de ville"]
    assert search.services("hotel de ville") == []


def test_places_stand_apart(territory: Territory, monkeypatch: pytest.MonkeyPatch) -> None:
    source = SearchSource("essai", "Essais", lambda: [Document("1", "Aréna de la Vallée", "/carte/")], is_place=True)
    operations.reindex(MODULE, source)
    monkeypatch.setattr(search, "registry", lambda: type("House", (), {
        "gather": lambda self, name: [(MODULE, source)] if name == "search" else []})())  # fmt: skip
    found = search.search(territory, "arena")
    assert [hit.title for hit in found.places] == ["Aréna de la Vallée"]
    assert found.documents == []


def test_what_a_question_says() -> None:
    assert telling("Comment puis-je payer mes taxes à la ville?") == ["puis", "payer", "taxes", "ville"]
    assert telling("de la") == ["de", "la"]
    assert len(telling(" ".join(f"mot{n}" for n in range(40)))) == 8


@pytest.mark.parametrize(
    "asked",
    [
        "lampadaire brisé",
        "lampadere",
        "ma rue est noire",
        "signaler un nid de poule",
        "pothole on my street",
        "reportar un bache",
    ],
)
def test_services_in_plain_words(territory: Territory, asked: str) -> None:
    assert "signalements/nouveau" in search.services(asked)[0].url


@pytest.mark.parametrize("asked", ["poubelles", "sortir mes poubelle", "basura"])
def test_a_word_that_sounds_like_another_service_is_not_that_service(territory: Territory, asked: str) -> None:
    assert [hit.url.rsplit("/", 2)[1] for hit in search.services(asked)] == ["guides"]


def test_nonsense_finds_no_service(territory: Territory) -> None:
    assert search.services("xyzzy") == []


def test_another_scope_finds_nothing(territory: Territory) -> None:
    from parvis.core.tenancy.guard import Scope

    index(REPORT)
    with use(scope=Scope.NETWORK):
        assert titles(territory, "pothole") == []
