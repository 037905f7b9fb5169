"""When a message is tried again, and how long a receiver is left alone."""

from parvis.core.webhooks.workflow import MOST_TRIES, STEPS, State, rest_after, sources_of, wait_after


def test_ten_tries_take_about_three_days() -> None:
    waits = [wait_after(tries) for tries in range(1, MOST_TRIES)]
    assert waits[:4] == [5, 25, 125, 625]
    assert waits == sorted(waits)
    assert 2.5 < sum(waits) / 86_400 < 3.5
    assert wait_after(10_000) == waits[-1]


def test_a_silent_receiver_is_left_alone_ten_minutes_at_the_most() -> None:
    assert [rest_after(failures) for failures in (1, 2, 3, 100, 10**6)] == [5, 10, 20, 600, 600]


def test_every_state_has_its_steps() -> None:
    assert set(STEPS) == set(State)
    assert sources_of(State.ACTIVE) == {State.PAUSED, State.STOPPED}
