"""What was learned, as numbers: scores of each category for a text, and which words made them. NumPy only."""

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from parvis.lib.features import features_of, words_of

MOST_REASONS = 2


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
        """Return the likeliest categories of a text, best first; those `allowed` only. Nothing known: no guess."""
        read = self._read(text)
        if read is None:
            return []
        scores = (read.parts.sum(axis=0) + self.bias) * self.sharpness
        chances = np.exp(scores - scores.max())
        if allowed is not None:
            wanted = set(allowed)
            chances[[slug not in wanted for slug in self.slugs]] = 0
        total = float(chances.sum())
        return self._best(read, chances / total, most) if total else []

    def likenesses(self, text: str, *, most: int = 3) -> list[Guess]:
        """Return how near a text is to each category, as a cosine (0 to 1), nearest first (centroids only)."""
        read = self._read(text)
        return self._best(read, read.parts.sum(axis=0), most) if read else []

    def _read(self, text: str) -> "_Read | None":
        written = words_of(text)
        found = weigh(written, self.buckets, self.rarity) if self.slugs else None
        if found is None:
            return None
        rows, values, owners = found
        return _Read(written, owners, self.table[rows].astype(np.float32) * values[:, None])

    def _best(self, read: "_Read", chances: np.ndarray, most: int) -> list[Guess]:
        best = [int(at) for at in np.argsort(-chances, kind="stable")[:most] if chances[at] > 0]
        return [Guess(self.slugs[at], float(chances[at]), read.reasons(at)) for at in best]

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


@dataclass(frozen=True, slots=True)
class _Read:
    """A text as it was written, the words of each known feature, and what each adds to each category."""

    written: Sequence[str]
    owners: Sequence[tuple[int, ...]]
    parts: np.ndarray

    def reasons(self, at: int) -> tuple[str, ...]:
        """Return the words that speak most for a category against the others, in the order they were written."""
        others = (self.parts.sum(axis=1) - self.parts[:, at]) / max(self.parts.shape[1] - 1, 1)
        against = self.parts[:, at] - others
        said: dict[int, float] = {}
        for words, part in zip(self.owners, against, strict=True):
            for word in words:
                said[word] = said.get(word, 0.0) + float(part) / len(words)
        strong = sorted((word for word, value in said.items() if value > 0), key=lambda word: -said[word])
        telling = [word for word in strong[:MOST_REASONS] if said[word] >= said[strong[0]] / 3]
        return tuple(self.written[word] for word in sorted(telling))


def weigh(
    written: Sequence[str], buckets: np.ndarray, rarity: np.ndarray
) -> tuple[np.ndarray, np.ndarray, list[tuple[int, ...]]] | None:
    """Return the rows, values (together of length one) and words of the features that are known; None without any."""
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
    return (rows, values / length, owners) if length else None


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
