"""The kind of a problem from plain words: learned apart, explained, never more than a suggestion."""

import time
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from bench.suggestions import RIGHT, accuracy, everyone, suggested
from parvis.core.tasks.alone import alone
from parvis.core.tasks.operations import snapshot, waiting
from parvis.core.tenancy.context import use
from parvis.core.tenancy.models import Territory
from parvis.lib.actor import Actor
from parvis.lib.features import features_of, likeness, sums_of, words_of
from parvis.modules.issues import operations
from parvis.modules.issues.models import Category, Issue, Learned
from parvis.modules.issues.suggesting import tasks
from parvis.modules.issues.suggesting.corpus import examples_of
from parvis.modules.issues.suggesting.learning import Example, learn, learn_apart
from parvis.modules.issues.suggesting.seeds import concepts
from parvis.modules.issues.suggesting.suggester import suggest
from parvis.modules.issues.suggesting.weights import Weights, centroids

from .factories import NOW, CategoryFactory, make_issue

EXAMPLES = {
    "trou": ["nid-de-poule", "trou dans la rue", "pothole", "hueco en la calle"],
    "lampe": ["lampadaire éteint", "lumière de rue brûlée", "street light out", "farola apagada"],
    "neige": ["rue pas déneigée", "banc de neige", "snow on the sidewalk", "quitar la nieve"],
}


def test_features_hear_words_whatever_their_accents() -> None:
    buckets = [{f.bucket for f in features_of(words_of(text))} for text in ("LAMPADAIRE Éteint", "lampadaire eteint !")]
    assert buckets[0] == buckets[1]
    assert not list(features_of(words_of("de la les the a y")))
    trou = sums_of("gros trou")
    assert likeness(trou, sums_of("un gros trou !")) > 0.99 > likeness(trou, sums_of("gros trous")) > 0.5
    assert likeness(sums_of(""), trou) == 0 < 0.2 > likeness(sums_of("neige"), trou)
    assert len(words_of("mot " * 5000)) == 120


def test_words_lead_to_a_kind_and_say_which() -> None:
    weights = centroids(EXAMPLES)
    [best, *_] = weights.guesses("Bonjour, y a un gros TROU devant chez nous")
    assert (best.slug, best.because) == ("trou", ("TROU",))
    assert weights.guesses("lampadere eteind")[0].slug == "lampe", "mistyped"
    assert weights.guesses("xyzzy 123") == []
    assert weights.guesses("") == weights.guesses("le la les") == []
    assert [guess.slug for guess in weights.guesses("trou", allowed=["neige"])] in ([], ["neige"])


def test_what_was_learned_survives_packing() -> None:
    examples = [Example(slug, text, True) for slug, texts in EXAMPLES.items() for text in texts]
    learned = learn(examples)
    again = Weights.unpacked(learned.packed())
    assert again.slugs == learned.slugs
    for text in ("trou", "farola", "neve en la calle"):
        assert [g.slug for g in again.guesses(text)] == [g.slug for g in learned.guesses(text)]
    assert learn([e for e in examples if e.slug != "neige"]).guesses("un trou")[0].slug == "trou", "two kinds only"
    with pytest.raises(ValueError, match="two categories"):
        learn(examples[:3])


def test_what_one_report_alone_said_is_not_learned() -> None:
    examples = [Example(slug, text, True) for slug, texts in EXAMPLES.items() for text in texts]
    learned = learn(
        [*examples, Example("trou", "chez Zorglub"), Example("trou", "asphalte"), Example("trou", "asphalte")]
    )
    assert learned.guesses("asphalte")[0].slug == "trou"
    alone = {f.bucket for f in features_of(["Zorglub"])} - {
        f.bucket for e in examples for f in features_of(words_of(e.text))
    }
    assert alone and not alone & set(learned.buckets.tolist())


def test_seeds_name_no_category_twice() -> None:
    names = [name for concept in set(concepts().values()) for name in concept.names]
    assert len(names) == len(set(names))
    assert all(len(concept.phrases) >= 12 for concept in concepts().values())


NONSENSE = (
    *("asdf", "xyz qwerty", "lkjh sdf", "qwertyuiop", "azerty uiop", "wxcvbn", "zzz zzz", "blablabla", "lorem ipsum"),
    *("devant chez nous", "dans ma rue", "in front of my house", "en mi calle", "bonjour madame", "hola que tal"),
    *("test test", "une question", "j'ai un problème", "12345", "merci et bonne journée"),
)


def test_the_bench_sentences_find_their_kind_and_nonsense_finds_none() -> None:
    ours, said = suggested(), everyone()
    assert len(said) >= 600
    for first, target in RIGHT.items():
        assert accuracy(ours, said, first) >= target
    assert {text: ours(text) for text in NONSENSE if ours(text)} == {}


def test_what_only_says_where_is_no_reason_and_what_is_far_behind_no_answer() -> None:
    weights = learn([Example(slug, text, True) for slug, texts in EXAMPLES.items() for text in texts])
    [only] = weights.guesses("un gros trou devant nous")
    assert (only.slug, only.because) == ("trou", ("trou",))
    [again] = weights.guesses("un gros Trou devant nous, un gros trou")
    assert again.because == ("Trou",), "a word is said once"


@pytest.fixture
def town(territory: Territory) -> dict[str, Category]:
    rows = {"Nid-de-poule": "nid-de-poule", "Lampadaire éteint": "lampadaire", "Bruit": "bruit"}
    return {
        slug: CategoryFactory(label_fr=name, label_en="", label_es="", slug=slug, order=at)
        for at, (name, slug) in enumerate(rows.items())
    }


@pytest.mark.django_db
def test_a_territory_without_history_lives_on_seeds(town: dict[str, Category]) -> None:
    for text, slug in (
        ("gros trou devant chez nous", "nid-de-poule"),
        ("the strret lite is burned out", "lampadaire"),
        ("la musica del vecino muy alta", "bruit"),
    ):
        [best, *_] = suggest(text)
        assert best.category.slug == slug
        assert best.because
    assert suggest("le la les") == []


@pytest.mark.django_db
def test_a_new_category_is_known_by_its_names_at_once(town: dict[str, Category], territory: Territory) -> None:
    data = learn_apart(examples_of(list(town.values())))
    operations.keep_learned(weights=data, examples=10, now=NOW)
    CategoryFactory(slug="chevres", label_fr="Chèvre en liberté", label_en="", label_es="", keywords="bouc, biquette")
    assert suggest("une biquette dans la rue")[0].category.slug == "chevres"
    assert suggest("gros trou devant chez nous")[0].category.slug == "nid-de-poule"
    Category.objects.filter(slug="nid-de-poule").update(is_active=False)
    assert "nid-de-poule" not in [one.category.slug for one in suggest("gros trou devant chez nous")]


@pytest.mark.django_db
def test_one_town_learns_at_a_time_and_who_comes_second_comes_again(
    town: dict[str, Category], settings: Any, tmp_path: Path
) -> None:
    settings.VAR = tmp_path
    with alone("issues.learn") as is_alone:
        assert is_alone
        for _ in range(2):
            tasks.learn.func(context=snapshot())
    assert waiting() == 1
    assert not Learned.objects.exists()
    tasks.learn.func(context=snapshot())
    assert Learned.objects.exists()


@pytest.mark.django_db
def test_history_teaches_the_words_of_the_place(town: dict[str, Category], clerk: Actor) -> None:
    for _ in range(6):
        issue = make_issue(category=town["bruit"], description="la scierie tourne encore")
        operations.accept_issue(actor=clerk, issue=issue, now=NOW)
    make_issue(category=town["nid-de-poule"], description="scierie")  # nobody has looked at it yet
    learned = learn(list(examples_of(list(town.values()))))
    assert learned.guesses("la scierie")[0].slug == "bruit"


@pytest.mark.django_db
def test_the_neighbours_words_stay_there(town: dict[str, Category], neighbour: Territory) -> None:
    operations.keep_learned(weights=centroids(EXAMPLES).packed(), examples=1, now=NOW)
    with use(territory=neighbour):
        assert not Learned.objects.exists()
        assert suggest("gros trou") == []


@pytest.mark.django_db
def test_a_form_without_a_kind_comes_back_with_suggestions(
    client: Client, territory: Territory, town: dict[str, Category]
) -> None:
    form = {"description": "gros trou devant chez nous", "place_lat": "45.8", "place_lon": "-71.9"}
    answer = client.post(f"/{territory.slug}/signalements/nouveau", form, headers={"host": "localhost"})
    page = answer.content.decode()
    assert answer.status_code == 422 and Issue.objects.count() == 0
    assert "<q>trou</q>" in page
    parts = client.post(f"/{territory.slug}/signalements/nouveau/aide", form, headers={"host": "localhost"}).json()
    assert 'value="nid-de-poule"' in parts["suggestions"] and "checked" not in parts["suggestions"]


@pytest.mark.django_db
def test_a_suggestion_is_quick(town: dict[str, Category]) -> None:
    text = "Bonjour, depuis une semaine le lampadaire devant chez moi est éteint, c'est dangereux pour les enfants " * 4
    suggest(text)
    started = time.perf_counter()
    for _ in range(10):
        suggest(text)
    assert (time.perf_counter() - started) / 10 < 0.1
