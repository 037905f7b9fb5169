"""Money in whole cents."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parvis.lib.money import CurrencyMismatch, Money


def test_written_for_each_reader():
    price = Money(123450)
    assert price.format("fr") == "1\u00a0234,50\u00a0$"
    assert price.format("en") == "$1,234.50"
    assert price.format("es") == "$1,234.50"
    assert Money(500, "EUR").format("fr") == "5,00\u00a0€"
    assert Money(500, "JPY").major == 500


@pytest.mark.parametrize("text", ["12,50", "12.50", "12,50 $", "$12.50", " 12,5 ", "12,50\u00a0$"])
def test_reads_what_people_type(text):
    assert Money.parse(text, language="fr") == Money(1250)


def test_thousands_are_read():
    assert Money.parse("1 234,50 $", language="fr") == Money(123450)
    assert Money.parse("$1,234.50", language="en") == Money(123450)


@pytest.mark.parametrize("text", ["", "abc", "12,50,3", "NaN", "Infinity", "--2"])
def test_refuses_what_is_no_amount(text):
    with pytest.raises(ValueError, match="amount"):
        Money.parse(text)


def test_halves_round_away_from_zero():
    assert Money.of(Decimal("0.125")) == Money(13)
    assert Money.of("-0.125") == Money(-13)


def test_floats_and_booleans_are_refused():
    with pytest.raises(TypeError):
        Money(12.5)
    with pytest.raises(TypeError):
        Money(True)


def test_currencies_do_not_mix():
    with pytest.raises(CurrencyMismatch):
        Money(1, "CAD") + Money(1, "EUR")
    with pytest.raises(CurrencyMismatch):
        assert Money(1, "CAD") < Money(2, "EUR")


@given(st.integers(-(10**9), 10**9), st.lists(st.integers(0, 50), min_size=1).filter(any))
def test_shares_add_up_and_nobody_without_weight_gets_any(minor, weights):
    shares = Money(minor).split(weights)
    assert sum(share.minor for share in shares) == minor
    assert all(not share for share, weight in zip(shares, weights, strict=True) if not weight)
    ideal = [minor * weight / sum(weights) for weight in weights]
    assert all(abs(share.minor - part) <= 1 for share, part in zip(shares, ideal, strict=True))


@given(st.integers(-(10**12), 10**12))
def test_what_is_written_is_read_again(minor):
    assert Money.parse(Money(abs(minor)).format("fr"), language="fr").minor == abs(minor)
    assert Money.parse(Money(abs(minor)).format("en"), language="en").minor == abs(minor)
