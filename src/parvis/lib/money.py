"""Amounts of money: whole cents and a currency, never a float."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import total_ordering

from babel.numbers import NumberFormatError, format_currency, get_currency_precision, parse_decimal

_LOCALES = {"fr": "fr_CA", "en": "en_CA", "es": "es_419"}


class CurrencyMismatch(ValueError):
    """Two amounts of different currencies were put together."""


@total_ordering
@dataclass(frozen=True)
class Money:
    """An amount in minor units (cents for CAD) of an ISO 4217 currency. May be negative."""

    minor: int
    currency: str = "CAD"

    def __post_init__(self) -> None:
        """Refuse anything but whole minor units."""
        if not isinstance(self.minor, int) or isinstance(self.minor, bool):
            raise TypeError("money is counted in whole minor units")

    @classmethod
    def of(cls, amount: Decimal | int | str, currency: str = "CAD") -> "Money":
        """Make money from a major amount ("12.50" dollars), rounding halves away from zero to the minor unit."""
        scaled = Decimal(amount).scaleb(get_currency_precision(currency))
        return cls(int(scaled.quantize(Decimal(1), rounding=ROUND_HALF_UP)), currency)

    @classmethod
    def parse(cls, text: str, currency: str = "CAD", language: str = "fr") -> "Money":
        """Read what a person typed ("1 234,50 $"). Raises ValueError when it is no amount."""
        bare = text.replace("$", "").replace("€", "").replace(currency, "").strip().replace(" ", "\u00a0")
        locale = _LOCALES.get(language, "fr_CA")
        for candidate in (bare, bare.replace("\u00a0", ""), bare.replace("\u00a0", "").replace(",", ".")):
            for reader in (lambda t: parse_decimal(t, locale=locale, strict=True), Decimal):
                try:
                    return cls.of(reader(candidate), currency)
                except (NumberFormatError, ArithmeticError, ValueError):
                    continue
        raise ValueError("not an amount of money")

    @property
    def major(self) -> Decimal:
        """The amount in major units (dollars), exact."""
        return Decimal(self.minor).scaleb(-get_currency_precision(self.currency))

    def format(self, language: str = "fr") -> str:
        """Write the amount for a reader of fr, en or es: "12,50 $"."""
        written = format_currency(self.major, self.currency, locale=_LOCALES.get(language, language))
        # Latin American Spanish writes the code of every foreign dollar; here the dollar is the one at home
        return written.replace("CAD", "$") if language == "es" else written

    def split(self, weights: Sequence[int]) -> list["Money"]:
        """Share the amount by whole non-negative weights: shares add up exactly, the first get what is left."""
        total = sum(weights)
        if total <= 0 or min(weights) < 0:
            raise ValueError("weights must be non-negative and not all zero")
        sign = -1 if self.minor < 0 else 1
        shares = [abs(self.minor) * weight // total for weight in weights]
        left = abs(self.minor) - sum(shares)
        for at, weight in enumerate(weights):
            if left and weight:
                shares[at], left = shares[at] + 1, left - 1
        return [Money(sign * share, self.currency) for share in shares]

    def _same(self, other: "Money") -> int:
        if not isinstance(other, Money):
            raise TypeError("money only goes with money")
        if other.currency != self.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency}")
        return other.minor

    def __add__(self, other: "Money") -> "Money":
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.minor - self._same(other), self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.minor, self.currency)

    def __mul__(self, times: int) -> "Money":
        return Money(self.minor * times, self.currency)

    __rmul__ = __mul__

    def __lt__(self, other: "Money") -> bool:
        return self.minor < self._same(other)

    def __bool__(self) -> bool:
        return self.minor != 0
