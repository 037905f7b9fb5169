"""Contrast between colours, as WCAG 2.2 measures it, and what a territory's brand colour becomes in both themes.

Pure: no Django. Formulas: WCAG 2.2 (relative luminance, contrast ratio); Björn Ottosson (2020), OKLab.
"""

import re
from dataclasses import dataclass
from typing import NamedTuple

PAPER, SLAB = "#f5f2ec", "#ffffff"  # the page and a card, light
NIGHT, NIGHT_SLAB = "#101614", "#18211e"  # the same, dark
INK, NIGHT_INK = "#ffffff", "#06201b"
TEXT_RATIO = 4.5


class PoorContrast(ValueError):
    """A colour that some people could not read; `ratio` was measured, `needed` is the least that is accepted."""

    def __init__(self, colour: str, ratio: float, needed: float = TEXT_RATIO) -> None:
        self.colour, self.ratio, self.needed = colour, ratio, needed
        super().__init__(f"{colour} has a contrast of {ratio:.1f} to 1 against the page; {needed:.1f} is the least.")


class Rgb(NamedTuple):
    """A colour, each part from 0 to 1 (sRGB)."""

    red: float
    green: float
    blue: float


@dataclass(frozen=True, slots=True)
class Palette:
    """The brand colour and its companions in one theme: ink on it, a tint behind ink, a deeper shade."""

    brand: str
    ink: str
    tint: str
    deep: str


def parse(colour: str) -> Rgb:
    """Read ``#rrggbb``. Raises ValueError."""
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", colour):
        raise ValueError(f"Not a colour: {colour!r}. Write it as #rrggbb.")
    return Rgb(*(int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)))


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def _gamma(part: float) -> float:
    return 12.92 * part if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055


def luminance(colour: str) -> float:
    """Return the relative luminance, 0 (black) to 1 (white)."""
    red, green, blue = map(_linear, parse(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def ratio(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def check_brand(colour: str) -> float:
    """Return the contrast of a brand colour against the light page. Raises PoorContrast, or ValueError if no colour.

    The dark theme derives a lighter colour of its own, so only the light page is asked for.
    """
    measured = ratio(colour, PAPER)
    if measured < TEXT_RATIO:
        raise PoorContrast(colour, measured)
    return measured


def _oklab(colour: str) -> tuple[float, float, float]:
    r, g, b = map(_linear, parse(colour))
    long = (0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b) ** (1 / 3)
    middle = (0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b) ** (1 / 3)
    short = (0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b) ** (1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short,
    )


def _from_oklab(light: float, a: float, b: float) -> str:
    long = (light + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (light - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (light - 0.0894841775 * a - 1.2914855480 * b) ** 3
    parts = (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )
    return "#" + "".join(f"{round(255 * min(1.0, max(0.0, _gamma(max(0.0, part))))):02x}" for part in parts)


def shade(colour: str, by: float, *, vivid: float = 1.0) -> str:
    """Return the colour made lighter (`by` > 0) or darker, in OKLab lightness (0 to 1); `vivid` multiplies chroma."""
    light, a, b = _oklab(colour)
    return _from_oklab(min(1.0, max(0.0, light + by)), a * vivid, b * vivid)


def mix(colour: str, into: str, share: float) -> str:
    """Return `share` (0 to 1) of a colour mixed into another."""
    mixed = (share * one + (1 - share) * other for one, other in zip(parse(colour), parse(into), strict=True))
    return "#" + "".join(f"{round(255 * part):02x}" for part in mixed)


def light_palette(colour: str) -> Palette:
    """Return the palette of the light theme. Raises PoorContrast."""
    check_brand(colour)
    return Palette(brand=colour, ink=INK, tint=mix(colour, SLAB, 0.13), deep=shade(colour, -0.08))


def dark_palette(colour: str) -> Palette:
    """Return the palette of the dark theme: the same hue, lightened until it reads at night, also under ink."""
    by, bright = 0.0, colour
    while ratio(bright, NIGHT_SLAB) < 7.0:
        by += 0.02
        bright = shade(colour, by, vivid=1.25)
    return Palette(brand=bright, ink=NIGHT_INK, tint=mix(bright, NIGHT_SLAB, 0.16), deep=shade(bright, 0.06))
