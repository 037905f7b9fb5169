"""Learn weights from examples, with scikit-learn, in a process of its own: ``python -m …suggesting.learning``.

It reads one JSON list ``[slug, text, is_seed]`` a line and writes the packed weights. The server and the worker never
import scikit-learn: what it takes of memory is given back when this process ends.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from parvis.lib.features import features_of, words_of

from .weights import Weights

MOST_FEATURES = 60_000
STRENGTH = 30.0  # inverse of the penalty
LIMIT = 900  # seconds


@dataclass(frozen=True, slots=True)
class Example:
    """A text and the category it belongs to; a seed is the house's own, not what somebody wrote."""

    slug: str
    text: str
    is_seed: bool = False


def learn(examples: Sequence[Example]) -> Weights:
    """Return a multinomial logistic regression over hashed words and pieces, weighed by their rarity (tf-idf).

    What only one report said is not learned: it may be a name. Raises ValueError with fewer than two categories.
    """
    from scipy.sparse import csr_matrix
    from sklearn.linear_model import LogisticRegression

    slugs = sorted({example.slug for example in examples})
    if len(slugs) < 2:
        raise ValueError("two categories are needed to tell one from the other")
    rows, columns, values = _counted(examples)
    buckets, at = np.unique(columns, return_inverse=True)
    told = np.zeros(len(examples), dtype=bool)
    told[[n for n, example in enumerate(examples) if example.is_seed]] = True
    pairs = np.unique(np.stack([at, rows]), axis=1)
    frequency = np.bincount(pairs[0], minlength=len(buckets))
    is_seed = np.bincount(pairs[0], weights=told[pairs[1]], minlength=len(buckets)) > 0
    kept = np.flatnonzero(is_seed | (frequency >= 2))
    kept = np.sort(kept[np.argsort(-frequency[kept], kind="stable")[:MOST_FEATURES]])
    rarity = 1 + np.log((1 + len(examples)) / (1 + frequency[kept]))
    place = np.full(len(buckets), -1)
    place[kept] = np.arange(len(kept))
    use = place[at] >= 0
    matrix = csr_matrix(
        (values[use] * rarity[place[at[use]]], (rows[use], place[at[use]])), shape=(len(examples), len(kept))
    )
    lengths = np.sqrt(matrix.multiply(matrix).sum(axis=1)).A1
    matrix = csr_matrix(matrix.multiply(1 / np.maximum(lengths, 1e-9)[:, None]), dtype=np.float32)
    model = LogisticRegression(C=STRENGTH, tol=0.003, max_iter=200)
    model.fit(matrix, [example.slug for example in examples])
    table, bias = model.coef_.T, model.intercept_
    if len(slugs) == 2:  # scikit-learn keeps one line for two
        table, bias = np.hstack([-table, table]) / 2, np.array([-bias[0], bias[0]]) / 2
    return Weights(tuple(slugs), buckets[kept].astype(np.uint32), rarity.astype(np.float32), table, bias)


def _counted(examples: Sequence[Example]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rows: list[int] = []
    columns: list[int] = []
    values: list[float] = []
    for at, example in enumerate(examples):
        for feature in features_of(words_of(example.text)):
            rows.append(at)
            columns.append(feature.bucket)
            values.append(feature.weight)
    return np.array(rows), np.array(columns, dtype=np.int64), np.array(values)


def learn_apart(examples: Iterable[Example]) -> bytes:
    """Learn in a process of its own; return the packed weights. Raises CalledProcessError, TimeoutExpired."""
    lines = "\n".join(json.dumps([one.slug, one.text, one.is_seed], ensure_ascii=True) for one in examples)
    done = subprocess.run(
        [sys.executable, "-m", "parvis.modules.issues.suggesting.learning"],
        input=lines.encode(),
        stdout=subprocess.PIPE,
        env={**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},  # threads only wait here
        check=True,
        timeout=LIMIT,
    )
    return done.stdout


def main() -> None:
    """Read examples, write weights."""
    examples = [Example(*json.loads(line)) for line in sys.stdin if line.strip()]
    sys.stdout.buffer.write(learn(examples).packed())


if __name__ == "__main__":
    main()
