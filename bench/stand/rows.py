"""One row a measure: the JSON object that `make bench` prints."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def row(
    bench: str,
    value: float,
    unit: str,
    *,
    target: float | None = None,
    at_least: bool = False,
    baseline: float | None = None,
    n: int = 1,
) -> dict[str, Any]:
    """Return a row. A lower value is better unless `at_least`; `baseline` is measured in the same run, `n` counts."""
    met = None if target is None else (value >= target if at_least else value <= target)
    return {
        "bench": bench,
        "value": round(value, 2),
        "unit": unit,
        "target": target,
        "met": met,
        "baseline": None if baseline is None else round(baseline, 2),
        "ratio": round(value / baseline, 3) if baseline else None,
        "n": n,
    }


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which `share` (0 to 1) of the measures lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")
