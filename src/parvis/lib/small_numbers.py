"""Protect small counts of people before a statistic leaves the house.

A count from 1 to 4 is told as «fewer than 5». Where a total beside it would give it back, further counts are withheld,
the smallest first, until at least two values stay possible for each; when that cannot be had, all but zero is withheld.
The method is primary and complementary cell suppression (Willenborg & de Waal, Elements of Statistical Disclosure
Control, 2001, ch. 2), for one row of counts with its total.
"""

from collections.abc import Sequence
from dataclasses import dataclass

LEAST = 5
"""Fewer people than this are never told."""


@dataclass(frozen=True, slots=True)
class Told:
    """What may be told of a count: the count itself, or None; `is_small`: it is one of 1 to 4."""

    count: int | None
    is_small: bool = False

    @property
    def text(self) -> str:
        """For a file: the count, «<5», or «x» when it is withheld to protect another."""
        if self.count is not None:
            return str(self.count)
        return f"<{LEAST}" if self.is_small else "x"


def told(count: int) -> Told:
    """Return what may be told of one count that stands alone."""
    return Told(None, is_small=True) if 0 < count < LEAST else Told(count)


def protected(counts: Sequence[int], *, total: int | None = None) -> tuple[list[Told], Told | None]:
    """Return what may be told of counts, and of their `total` when it is shown beside them (or can be had elsewhere).

    Raises ValueError for a negative count, or a total that is not the sum.
    """
    if any(count < 0 for count in counts):
        raise ValueError("a count of people is not negative")
    rows = [told(count) for count in counts]
    if total is None:
        return rows, None
    if total != sum(counts):
        raise ValueError("the total is not the sum of the counts")
    whole = told(total)
    if whole.count is None:
        return [Told(None) for _count in counts], whole
    small = [count for count in counts if 0 < count < LEAST]
    if not small:
        return rows, whole
    limit = _withheld_up_to(counts, small)
    if limit is None:
        return [Told(None) if count else row for count, row in zip(counts, rows, strict=True)], Told(None)
    return [Told(None) if row.count is not None and LEAST <= row.count <= limit else row for row in rows], whole


def _withheld_up_to(counts: Sequence[int], small: Sequence[int]) -> int | None:
    """Return up to which count, from five on, the others are withheld so that every small one could be another.

    A reader knows that each small one is 1 to 4, each withheld one at least 5 and less than the smallest one told, and
    their sum: the total less what is told. None when not even withholding all of them is enough. The smallest goes in
    any case: were it only when the small ones need it, what is told would say what they are.
    """
    spare = sorted({count for count in counts if count >= LEAST})
    for place, limit in enumerate(spare):
        withheld = [count for count in counts if LEAST <= count <= limit]
        together = sum(small) + sum(withheld)
        most = spare[place + 1] - 1 if place + 1 < len(spare) else together
        if _range(together, len(small), len(withheld), most) > 1:
            return limit
    return 0 if not spare and _range(sum(small), len(small), 0, 0) > 1 else None


def _range(together: int, small: int, withheld: int, most: int) -> int:
    """Return how many values a small count may have, given the sum of all that is not told."""
    lowest = max(1, together - (LEAST - 1) * (small - 1) - most * withheld)
    return min(LEAST - 1, together - (small - 1) - LEAST * withheld) - lowest + 1
