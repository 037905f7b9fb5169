"""A round of visits in a sensible order: the nearest one next, then crossings taken out (2-opt).

Distances are straight lines over the ground, in metres: no road is looked at, and whoever shows the order says so.
Positions are (lat, lon) in degrees, WGS 84.
"""

from collections.abc import Sequence
from itertools import pairwise

from .geometry import distance_m

Position = tuple[float, float]


def sensible_order(start: Position, stops: Sequence[Position]) -> list[int]:
    """Return the indexes of `stops` in the order of a short round from `start`, which need not come back.

    Nearest neighbour, then 2-opt until no exchange shortens it: O(n²) a pass, meant for the stops of a day (a hundred).
    The same stops give the same order; equal distances keep the order given.
    """
    points = [start, *stops]
    far = [[distance_m(*a, *b) for b in points] for a in points]
    round_ = _untangled(_nearest_first(far), far)
    return [point - 1 for point in round_[1:]]


def length_m(start: Position, stops: Sequence[Position]) -> float:
    """Return the length of a round in the order given, in metres, straight from stop to stop."""
    points = [start, *stops]
    return sum(distance_m(*a, *b) for a, b in pairwise(points))


def _nearest_first(far: list[list[float]]) -> list[int]:
    round_, left = [0], list(range(1, len(far)))
    while left:
        here = round_[-1]
        closest = min(left, key=lambda point: far[here][point])
        left.remove(closest)
        round_.append(closest)
    return round_


def _untangled(round_: list[int], far: list[list[float]]) -> list[int]:
    """Turn a stretch round wherever that shortens the way; the first point stays (Croes 1958)."""
    last, better = len(round_) - 1, True
    while better:
        better = False
        for i in range(1, last):
            for j in range(i + 1, last + 1):
                before, first, end = round_[i - 1], round_[i], round_[j]
                gain = far[before][first] - far[before][end]
                if j < last:
                    after = round_[j + 1]
                    gain += far[end][after] - far[first][after]
                if gain > 1e-6:
                    round_[i : j + 1] = reversed(round_[i : j + 1])
                    better = True
    return round_
