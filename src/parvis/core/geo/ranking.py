"""How well a street's name answers what was typed: pure, on keys that are already folded."""

from rapidfuzz.distance import DamerauLevenshtein

from parvis.lib.address import StreetName

_ALIKE = 0.6


def word_match(asked: str, word: str, *, unfinished: bool) -> float:
    """Return from 0 to 1 how alike two words are; an unfinished word may be the start of the other."""
    if asked == word:
        return 1.0
    if unfinished and word.startswith(asked):
        return 0.9
    if asked.isdigit() or word.isdigit():
        return 0.0  # "3e rang" is no typing error for "4e rang"
    alike = DamerauLevenshtein.normalized_similarity(asked, word)
    if unfinished and len(asked) >= 4:
        alike = max(alike, 0.9 * DamerauLevenshtein.normalized_similarity(asked, word[: len(asked)]))
    return alike if alike >= _ALIKE else 0.0


def _begins(word: str, kind: str) -> bool:
    return len(word) >= 2 and (
        kind.startswith(word) or (len(word) > 3 and DamerauLevenshtein.normalized_similarity(word, kind) > 0.7)
    )


def score(asked: StreetName, kind: str, key: str, trigrams: float) -> float:
    """Return how well a street (canonical kind, search key) answers; about 1 for the very name, below 0.4 for noise.

    Three quarters come from the words one by one (typing errors, an unfinished last word), a quarter from `trigrams`,
    the database's own rank; kind, direction and words nobody asked for only decide between streets that are alike.
    """
    words, wanted = key.split(), list(asked.words)
    if not wanted or not words:
        return 0.6 if asked.kind and asked.kind == kind else 0.0
    points = 0.0
    if len(wanted) > 1 and not asked.kind and kind and _begins(wanted[0], kind):
        wanted, points = wanted[1:], 0.08  # "croi", "chemn": the kind, unfinished or mistyped
    joined = "".join(words)
    found = [
        max(word_match(word, other, unfinished=at == len(wanted) - 1) for other in words)
        for at, word in enumerate(wanted)
    ]
    total = sum(found) / len(found)
    if "".join(wanted) == joined:
        total = 1.0  # "la fontaine" is "lafontaine"
    elif min(found) == 0:
        total *= 0.6
    spare = max(0, len(words) - len(wanted) - bool(asked.direction))
    points += 0.75 * total + 0.25 * trigrams - 0.03 * spare
    if asked.kind and kind:
        points += 0.08 if asked.kind == kind else -0.05
    if asked.direction:
        points += 0.05 if words[-1] == asked.direction else -0.1
    return points
