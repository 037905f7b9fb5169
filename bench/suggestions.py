"""The kind of a problem found from plain words: how often it is right, and how long it takes.

600 sentences of our own, 200 a language, as people write them (`sentences/fr.txt`, `en.txt`, `es.txt`), for the thirty
commonest categories of the Montréal file. They were written before the seed words, apart from them; nothing is learned
from them and nothing was tuned on them (`sentences/dev.txt`, ninety others, served for that). What is measured is a
territory's first day: seed words only, no history. The baseline is a plain TF-IDF over whole words with the same
logistic regression, learned from the same seeds.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from bench.stand.rows import percentile, row

NEEDS, LIMIT = "nothing", 900
SENTENCES = Path(__file__).parent / "sentences"
LANGUAGES = ("fr", "en", "es")
TARGET = 20.0  # milliseconds
RIGHT = {1: 85.0, 3: 93.0}  # percent, first and among three
CATEGORIES = {
    "depot-illegal": "Dépôt illégal - Déchets",
    "nettoyage": "Nettoyage du domaine public",
    "bac-roulant": "Bac roulant",
    "deneigement": "Opération déneigement",
    "recyclage": "Collecte des matières recyclables",
    "circulation-etudes": "Signalisation - Circulation - Études",
    "occupation": "Occupation du domaine public",
    "bac-alimentaire": "Bac roulant - Résidus alimentaires",
    "nid-de-poule": "Nid-de-poule",
    "feux": "Feux de circulation - Entretien",
    "dechets": "Collecte de déchets",
    "info-travaux-central": "Info-travaux - Service central",
    "eclairage": "Éclairage existant - Entretien",
    "signalisation-ecrite": "Signalisation écrite -  Entretien",
    "balai": "Balai mécanique",
    "pavage": "Pavage - Réparation",
    "fermeture-eau": "Fermeture d'entrée d'eau",
    "voirie": "Voirie - Divers",
    "permis-divers": "Permis - Divers",
    "mobilier-urbain": "Mobilier urbain",
    "parc": "Parc - Divers",
    "puisard": "Puisard/TH-Première intervention",
    "arbre-danger": "Danger potentiel - Arbre",
    "adresse-taxes": "Changement d'adresse - Taxes foncières",
    "info-travaux-arr": "Info-travaux - Arrondissement",
    "bruit": "Bruit",
    "permis-construction": "Permis de construction - rénovation",
    "collecte-alimentaire": "Collecte de résidus alimentaires",
    "retour-dds": "Retour DDS",
    "branche": "Branche tombée",
}

Rank = Callable[[str], Sequence[str]]
Sentence = tuple[str, str]


def sentences(name: str) -> Iterator[Sentence]:
    """Yield (category, sentence) of a file: a category in brackets, then its sentences, one a line."""
    slug = ""
    for line in (SENTENCES / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            slug = line[1:-1]
        elif line.strip():
            yield slug, line


def seeds() -> list[tuple[str, str]]:
    """Return (category, words) of every seed: the category's name in the file, then its concept's words."""
    from parvis.modules.issues.suggesting.seeds import phrases_for

    return [(slug, text) for slug, name in CATEGORIES.items() for text in (name, *phrases_for([name]))]


def accuracy(rank: Rank, said: Sequence[Sentence], first: int) -> float:
    """Return the share of sentences, in percent, whose category is among the `first` answers."""
    return 100 * sum(slug in rank(text)[:first] for slug, text in said) / len(said)


def suggested() -> Rank:
    """Learn from the seeds, as the worker does; answer what the form would show: nothing where the words say little."""
    from parvis.modules.issues.suggesting.learning import Example, learn_apart
    from parvis.modules.issues.suggesting.weights import Weights

    weights = Weights.unpacked(learn_apart(Example(slug, text, is_seed=True) for slug, text in seeds()))
    return lambda text: [guess.slug for guess in weights.guesses(text)]


def everyone() -> list[Sentence]:
    """Return the sentences of the three languages."""
    return [sentence for language in LANGUAGES for sentence in sentences(language)]


def plain_tf_idf() -> Rank:
    """Learn the baseline: whole words, as they are written."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    slugs, texts = zip(*seeds(), strict=True)
    model = make_pipeline(TfidfVectorizer(), LogisticRegression(C=30, max_iter=200))
    model.fit(texts, slugs)

    def rank(text: str) -> Sequence[str]:
        chances = model.predict_proba([text])[0]
        return [str(model.classes_[at]) for at in chances.argsort()[::-1][:3]]

    return rank


def rows() -> Iterator[dict[str, Any]]:
    """Learn, then ask about every sentence, together and in each language."""
    ours, plain, together = suggested(), plain_tf_idf(), everyone()
    asked = (("suggestions", together), *((f"suggestions_{code}", list(sentences(code))) for code in LANGUAGES))
    for name, said in asked:
        for first, target in RIGHT.items():
            yield row(
                f"{name}_top{first}",
                accuracy(ours, said, first),
                "% right",
                target=target if name == "suggestions" else None,
                at_least=True,
                baseline=accuracy(plain, said, first),
                n=len(said),
            )
    times = []
    for _, text in together:
        started = time.perf_counter()
        ours(text)
        times.append((time.perf_counter() - started) * 1000)
    yield row("suggestions_time", percentile(times, 0.95), "ms p95", target=TARGET, n=len(times))
