"""Quantiles of kept delays against those of the delays themselves."""

from math import ceil

from hypothesis import given
from hypothesis import strategies as st

from parvis.lib.histogram import BOUNDS, EXACT, bin_of, delay_of, merged, quantile

DELAYS = st.lists(st.integers(0, 3000), min_size=1, max_size=300)
SHARES = st.sampled_from([0.1, 0.5, 0.9, 1.0])


def kept(delays: list[int]) -> dict[int, int]:
    found: dict[int, int] = {}
    for days in delays:
        found[bin_of(days)] = found.get(bin_of(days), 0) + 1
    return found


def true_quantile(delays: list[int], share: float) -> int:
    return sorted(delays)[max(1, ceil(share * len(delays) - 1e-9)) - 1]


@given(DELAYS, SHARES)
def test_a_quantile_is_exact_to_sixty_days_and_within_a_fortieth_beyond(delays: list[int], share: float) -> None:
    true, found = true_quantile(delays, share), quantile(kept(delays), share)
    assert found == true if true <= EXACT else abs(found - true) <= max(1, true * 0.0251)


@given(DELAYS, DELAYS, SHARES)
def test_merging_is_the_same_as_counting_together(one: list[int], other: list[int], share: float) -> None:
    assert merged([kept(one), kept(other)]) == kept(one + other)


@given(st.integers(0, BOUNDS[-1] - 1))
def test_a_delay_lies_in_its_bin(days: int) -> None:
    number = bin_of(days)
    assert BOUNDS[number - 1] <= days < BOUNDS[number]
    assert bin_of(delay_of(number)) == number


def test_what_is_still_open_counts_as_longer_than_anything_settled() -> None:
    delays = kept([1, 2, 3, 4, 5])
    assert quantile(delays, 0.5) == 3
    assert quantile(delays, 0.5, still_open=2) == 4
    assert quantile(delays, 0.9, still_open=2) is None
    assert quantile({}, 0.5) is None
    assert quantile({}, 0.5, still_open=3) is None


def test_a_delay_before_its_beginning_counts_as_none() -> None:
    assert quantile(kept([-2, -1]), 0.5) == 0
