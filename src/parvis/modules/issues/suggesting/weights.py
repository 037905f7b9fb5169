"""What was learned, as numbers: scores of each category for a text, and which words made them. NumPy only."""

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from parvis.lib.features import Feature, features_of, says_what, words_of

MOST_REASONS = 2
KNOWN = 0.9  # share of a word's long features by which it is a known word; its plural has fewer
ALIKE = 0.5  # and by which it may be one, mistyped
TIMES = 3.0  # a known word leads to a category when it makes it so much likelier than chance would
SURE = 0.5  # likely enough whatever chance says
TOGETHER = 0.25  # what the three likeliest must reach: below, the words speak a little for everything
FLOOR = 0.01  # less likely than this is not worth a line
BESIDE = 0.05  # share of the first's likelihood that another needs to stand beside it


@dataclass(frozen=True, slots=True)
class Guess:
    """A category that may be meant: its slug, how likely (0 to 1), and the writer's own words that say so."""

    slug: str
    likelihood: float
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Weights:
    """A linear model. `buckets`: known features, sorted (n); `rarity`: how telling each is (n); `table`: n by classes.

    Features of a text are weighed by their rarity, brought to length one, and summed with `table` and `bias`; scores
    become likelihoods by `sharpness` (softmax).
    """

    slugs: tuple[str, ...]
    buckets: np.ndarray
    rarity: np.ndarray
    table: np.ndarray
    bias: np.ndarray
    sharpness: float = 1.0

    def guesses(self, text: str, *, most: int = 3, allowed: Iterable[str] | None = None) -> list[Guess]:
        """Return the likeliest categories of a text, best first; those `allowed` only.

        None when its words say nothing: none is known, or what is known speaks for everything alike. What is much
        less likely than the first is left out, and what no word of the writer speaks for.
        """
        read = self._read(text)
        if read is None or not read.telling:
            return []
        scores = (read.parts.sum(axis=0) + self.bias) * self.sharpness
        chances = np.exp(scores - scores.max())
        if allowed is not None:
            wanted = set(allowed)
            chances[[slug not in wanted for slug in self.slugs]] = 0
        total = float(chances.sum())
        if not total:
            return []
        chances /= total
        by_chance = TIMES / int((chances > 0).sum())
        if chances.max() < (min(SURE, by_chance) if read.knows_a_word else SURE) or _three(chances) < TOGETHER:
            return []
        return self._best(read, chances, most, at_least=max(FLOOR, BESIDE * float(chances.max())))

    def likenesses(self, text: str, *, most: int = 3) -> list[Guess]:
        """Return how near a text is to each category, as a cosine (0 to 1), nearest first (centroids only)."""
        read = self._read(text)
        return self._best(read, read.parts.sum(axis=0), most) if read and read.telling else []

    def _read(self, text: str) -> "_Read | None":
        written = words_of(text)
        found = weigh(written, self.buckets, self.rarity) if self.slugs else None
        if found is None:
            return None
        rows, values, owners, heard = found
        telling = {at: share for at, share in heard.items() if share >= ALIKE and says_what(written[at])}
        return _Read(written, owners, self.table[rows].astype(np.float32) * values[:, None], telling)

    def _best(self, read: "_Read", chances: np.ndarray, most: int, at_least: float = 0.0) -> list[Guess]:
        best = [int(at) for at in np.argsort(-chances, kind="stable")[:most] if chances[at] > at_least]
        guesses = (Guess(self.slugs[at], float(chances[at]), read.reasons(at)) for at in best)
        return [guess for guess in guesses if guess.because]

    def packed(self) -> bytes:
        """Return the numbers as a compressed file."""
        out = io.BytesIO()
        step = np.abs(self.table).max(axis=0).astype(np.float32) / 127 + 1e-9
        np.savez_compressed(
            out,
            slugs=np.array(self.slugs),
            buckets=self.buckets.astype(np.uint32),
            rarity=self.rarity.astype(np.float16),
            table=np.round(self.table / step).astype(np.int8),
            step=step,
            bias=self.bias.astype(np.float32),
            sharpness=np.float32(self.sharpness),
        )
        return out.getvalue()

    @classmethod
    def unpacked(cls, data: bytes) -> "Weights":
        """Read what :meth:`packed` wrote. Raises ValueError when it is something else."""
        with np.load(io.BytesIO(data), allow_pickle=False) as kept:
            return cls(
                tuple(str(slug) for slug in kept["slugs"]),
                kept["buckets"],
                kept["rarity"].astype(np.float32),
                (kept["table"] * kept["step"]).astype(np.float16),
                kept["bias"],
                float(kept["sharpness"]),
            )


def _three(chances: np.ndarray) -> float:
    return float(np.sort(chances)[-3:].sum())


@dataclass(frozen=True, slots=True)
class _Read:
    """A text as it was written, the words of each known feature, and what each adds to each category.

    `telling`: the words that may say what is wrong, by position, with the share of each that is known.
    """

    written: Sequence[str]
    owners: Sequence[tuple[int, ...]]
    parts: np.ndarray
    telling: Mapping[int, float]

    @property
    def knows_a_word(self) -> bool:
        """Tell whether one of the telling words is known as it was written."""
        return max(self.telling.values(), default=0.0) >= KNOWN

    def reasons(self, at: int) -> tuple[str, ...]:
        """Return the words that speak most for a category against the others, once each, in the order written."""
        others = (self.parts.sum(axis=1) - self.parts[:, at]) / max(self.parts.shape[1] - 1, 1)
        against = self.parts[:, at] - others
        said: dict[int, float] = {}
        for words, part in zip(self.owners, against, strict=True):
            for word in words:
                said[word] = said.get(word, 0.0) + float(part) / len(words)
        strong = [word for word, value in said.items() if value > 0 and word in self.telling]
        strong.sort(key=lambda word: -said[word])
        telling = [word for word in strong[:MOST_REASONS] if said[word] >= said[strong[0]] / 3]
        once: dict[str, str] = {}
        for word in sorted(telling):
            once.setdefault(self.written[word].casefold(), self.written[word])
        return tuple(once.values())


def weigh(
    written: Sequence[str], buckets: np.ndarray, rarity: np.ndarray
) -> tuple[np.ndarray, np.ndarray, list[tuple[int, ...]], dict[int, float]] | None:
    """Return what is known of a text; None without anything.

    The rows, values (together of length one) and words of the known features, and what share of each word is known.
    """
    features = list(features_of(list(written)))
    if not features or not len(buckets):
        return None
    asked = np.array([feature.bucket for feature in features], dtype=np.uint32)
    at = np.minimum(np.searchsorted(buckets, asked), len(buckets) - 1)
    known = buckets[at] == asked
    if not known.any():
        return None
    rows = at[known]
    values = np.array([feature.weight for feature in features], dtype=np.float32)[known] * rarity[rows]
    length = float(np.sqrt((values**2).sum()))
    owners = [feature.words for feature, is_known in zip(features, known, strict=True) if is_known]
    return (rows, values / length, owners, _shares(features, known)) if length else None


def _shares(features: Sequence[Feature], known: np.ndarray) -> dict[int, float]:
    """Return the share of the long features of each word that is known."""
    counts: dict[int, list[int]] = {}
    for feature, is_known in zip(features, known.tolist(), strict=True):
        if feature.is_long:
            count = counts.setdefault(feature.words[0], [0, 0])
            count[0] += is_known
            count[1] += 1
    return {word: found / total for word, (found, total) in counts.items()}


def centroids(examples: Mapping[str, Sequence[str]], sharpness: float = 12.0) -> Weights:
    """Return weights straight from words, without learning: each category is the middle of its examples.

    Serves what has no history yet: a territory's first day, a category added this morning.
    """
    slugs = tuple(examples)
    texts = [(at, words_of(text)) for at, slug in enumerate(slugs) for text in examples[slug]]
    seen = [(at, list(features_of(written))) for at, written in texts]
    buckets = np.unique(np.array([f.bucket for _, features in seen for f in features], dtype=np.uint32))
    if not len(buckets):
        return Weights(slugs, buckets, np.zeros(0), np.zeros((0, len(slugs))), np.zeros(len(slugs)))
    held = np.zeros((len(buckets), len(slugs)), dtype=bool)
    for at, features in seen:
        held[np.searchsorted(buckets, np.array([f.bucket for f in features], dtype=np.uint32)), at] = True
    rarity = (1 + np.log((1 + len(slugs)) / (1 + held.sum(axis=1)))).astype(np.float32)
    table = np.zeros((len(buckets), len(slugs)), dtype=np.float32)
    for at, written in texts:
        found = weigh(written, buckets, rarity)
        if found is not None:
            table[:, at] += np.bincount(found[0], weights=found[1], minlength=len(buckets))
    table /= np.maximum(np.sqrt((table**2).sum(axis=0)), 1e-9)
    return Weights(slugs, buckets, rarity, table, np.zeros(len(slugs), dtype=np.float32), sharpness)
