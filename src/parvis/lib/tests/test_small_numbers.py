"""Small counts of people: none is told, and none can be had back, by who knows how it is done."""

from collections import defaultdict
from itertools import product

import pytest

from parvis.lib.small_numbers import protected, told


def texts(*counts: int, total: bool = True) -> tuple[list[str], str | None]:
    rows, whole = protected(counts, total=sum(counts) if total else None)
    return [row.text for row in rows], whole.text if whole else None


def test_one_to_four_are_told_as_fewer_than_five_and_nobody_is_nobody():
    assert [told(count).text for count in (0, 1, 4, 5, 120)] == ["0", "<5", "<5", "5", "120"]
    assert told(3).count is None


def test_without_a_total_each_count_stands_alone():
    assert texts(2, 40, 0, total=False) == (["<5", "40", "0"], None)


def test_a_total_takes_the_smallest_other_count_along():
    assert texts(3, 40, 12, 0) == (["<5", "40", "x", "0"], "55")
    assert texts(30, 40) == (["30", "40"], "70")


def test_a_small_total_tells_nothing_of_its_parts():
    assert texts(1, 1, 1, 1) == (["x", "x", "x", "x"], "<5")


def test_when_nothing_else_helps_the_total_goes():
    assert texts(1, 5) == (["x", "x"], "x")
    assert texts(4, 0, 4) == (["x", "0", "x"], "x")


@pytest.mark.parametrize("counts", [[-1, 3], [3, -1]])
def test_what_is_no_count_is_refused(counts):
    with pytest.raises(ValueError, match="not negative"):
        protected(counts)
    with pytest.raises(ValueError, match="not the sum"):
        protected([1, 2], total=4)


@pytest.mark.parametrize(("columns", "most"), [(1, 30), (2, 24), (3, 14), (4, 8)])
def test_who_knows_the_method_finds_no_small_count(columns, most):
    """Every table of so many columns, by what is told of it: behind each small count stand at least two values."""
    behind = defaultdict(list)
    for counts in product(range(most), repeat=columns):
        behind[repr(texts(*counts))].append(counts)
    for said, tables in behind.items():
        if max(map(sum, tables)) >= most:
            continue  # larger tables, which were not counted out, are told the same way
        for column in range(columns):
            values = {table[column] for table in tables}
            assert len(values) > 1 or not 0 < min(values) < 5, (said, tables)
