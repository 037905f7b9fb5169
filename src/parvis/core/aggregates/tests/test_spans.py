"""Which stretches of days are counted again."""

from datetime import date

from parvis.core.aggregates.spans import ALL, LAST, Span, month_end, months_later, spans_of


def test_near_days_are_counted_together_and_far_ones_apart() -> None:
    days = [date(2026, 3, 2), date(2026, 3, 1), date(2026, 3, 20)]
    assert spans_of(days, by_month=False) == [
        Span(date(2026, 3, 1), date(2026, 3, 2)),
        Span(date(2026, 3, 20), date(2026, 3, 20)),
    ]


def test_a_month_is_counted_whole() -> None:
    days = [date(2026, 1, 31), date(2026, 2, 3), date(2026, 12, 15)]
    assert spans_of(days, by_month=True) == [
        Span(date(2026, 1, 1), date(2026, 2, 28)),
        Span(date(2026, 12, 1), date(2026, 12, 31)),
    ]


def test_a_mark_without_a_day_asks_for_everything() -> None:
    assert spans_of([date(2026, 1, 1), None], by_month=True) == [ALL]
    assert spans_of([], by_month=True) == []


def test_the_last_of_all_days_is_a_bucket_like_another() -> None:
    assert spans_of([LAST], by_month=False) == [Span(LAST, LAST)]
    assert month_end(LAST) == LAST


def test_months_are_counted_over_the_year() -> None:
    assert months_later(date(2026, 1, 1), -1) == date(2025, 12, 1)
    assert months_later(date(2026, 11, 1), 3) == date(2027, 2, 1)
