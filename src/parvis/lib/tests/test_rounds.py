"""Rounds: each stop once, never longer than the nearest one next, and the shortest where it can be checked."""

from itertools import permutations

from hypothesis import given, settings
from hypothesis import strategies as st

from parvis.lib.rounds import length_m, sensible_order

DEPOT = (45.80, -71.90)
near = st.tuples(st.floats(45.7, 45.9), st.floats(-72.0, -71.8))


def test_no_stop_and_one_stop():
    assert sensible_order(DEPOT, []) == []
    assert sensible_order(DEPOT, [(45.81, -71.9)]) == [0]


def test_stops_along_a_road_are_taken_in_turn():
    along = [(45.80 + n / 100, -71.9) for n in (5, 1, 4, 2, 3)]
    assert sensible_order(DEPOT, along) == [1, 3, 4, 2, 0]


def test_a_crossing_is_taken_out():
    # the nearest one next goes to and fro across a river; the round goes up one bank and down the other
    stops = [(45.80, -71.899), (45.802, -71.90), (45.804, -71.898), (45.806, -71.90), (45.80, -71.91)]
    order = sensible_order(DEPOT, stops)
    shortest = min(length_m(DEPOT, [stops[n] for n in each]) for each in permutations(range(len(stops))))
    assert length_m(DEPOT, [stops[n] for n in order]) <= shortest * 1.05


@settings(max_examples=60, deadline=None)
@given(st.lists(near, max_size=30))
def test_each_stop_is_visited_once_and_no_exchange_shortens_the_round(stops):
    order = sensible_order(DEPOT, stops)
    assert sorted(order) == list(range(len(stops)))
    taken = [stops[n] for n in order]
    length = length_m(DEPOT, taken)
    for i in range(len(taken)):
        for j in range(i + 1, len(taken)):
            turned = [*taken[:i], *reversed(taken[i : j + 1]), *taken[j + 1 :]]
            assert length_m(DEPOT, turned) >= length - 0.01


@settings(max_examples=30, deadline=None)
@given(st.lists(near, min_size=1, max_size=6))
def test_short_rounds_are_close_to_the_shortest(stops):
    length = length_m(DEPOT, [stops[n] for n in sensible_order(DEPOT, stops)])
    shortest = min(length_m(DEPOT, [stops[n] for n in each]) for each in permutations(range(len(stops))))
    assert length <= shortest * 1.5 + 0.01
