"""Delays in whole days kept as counts in bins: merged by adding, read as quantiles.

A bin is one day up to sixty; beyond, each is a twentieth wider than the days before it. So a quantile is exact up to
sixty days, and at most 2.5 % away from the true one beyond (half a bin). Quantiles are by nearest rank: the smallest
delay that so large a share does not exceed.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from itertools import accumulate
from math import ceil

EXACT, WIDTH, LONGEST = 60, 1.05, 10_000


def _bounds() -> tuple[int, ...]:
    bounds = list(range(EXACT + 2))
    while bounds[-1] < LONGEST:
        bounds.append(max(bounds[-1] + 1, int(bounds[-1] * WIDTH)))
    return tuple(bounds)


BOUNDS = _bounds()
"""The least delay of each bin, in days; a delay below zero counts as zero."""


def bin_of(days: int) -> int:
    """Return the number of the bin of a delay, from 1 (PostgreSQL's ``width_bucket`` counts so too)."""
    return max(1, bisect_right(BOUNDS, days))


def delay_of(number: int) -> int:
    """Return the delay that stands for a bin: the one in its middle, in whole days."""
    least = BOUNDS[number - 1]
    most = BOUNDS[number] - 1 if number < len(BOUNDS) else least
    return (least + most) // 2


def merged(histograms: Iterable[Mapping[int, int]]) -> dict[int, int]:
    """Add histograms (counts by bin) up."""
    total: dict[int, int] = {}
    for histogram in histograms:
        for number, count in histogram.items():
            total[number] = total.get(number, 0) + count
    return total


def quantile(histogram: Mapping[int, int], share: float, *, still_open: int = 0) -> int | None:
    """Return the delay that `share` (0 to 1) of all do not exceed, in days.

    `still_open` are those that have no delay yet: they count as longer than any other. None when the quantile lies
    among them, or nothing was counted.
    """
    numbers = sorted(histogram)
    counted = list(accumulate(histogram[number] for number in numbers))
    total = (counted[-1] if counted else 0) + still_open
    rank = max(1, ceil(share * total - 1e-9))
    for number, up_to in zip(numbers, counted, strict=True):
        if up_to >= rank:
            return delay_of(number)
    return None
