"""Contrast: the figures of WCAG, and palettes that hold for any accepted brand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parvis.core.ui.contrast import (
    NIGHT_INK,
    NIGHT_SLAB,
    PAPER,
    PoorContrast,
    check_brand,
    dark_palette,
    light_palette,
    parse,
    ratio,
    shade,
)

colours = st.builds("#{:06x}".format, st.integers(0, 0xFFFFFF))


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#767676", "#ffffff", 4.54),
        ("#777777", "#ffffff", 4.48),
        ("#1c5f9e", "#1c5f9e", 1),
    ],
)
def test_ratios_are_those_of_wcag(one, other, expected):
    assert ratio(one, other) == pytest.approx(expected, abs=0.01)
    assert ratio(one, other) == ratio(other, one)


def test_a_pale_brand_is_refused_with_what_was_measured():
    with pytest.raises(PoorContrast) as refused:
        check_brand("#f4c430")
    assert refused.value.ratio == pytest.approx(ratio("#f4c430", PAPER))
    assert refused.value.ratio < refused.value.needed == 4.5
    assert "1.5" in str(refused.value)


def test_the_house_colour_is_accepted():
    assert check_brand("#0f5c4f") > 4.5


@pytest.mark.parametrize("colour", ["", "green", "#0f5", "#0f5c4g", "0f5c4f", "#0f5c4f;}body{}"])
def test_what_is_not_a_colour_is_refused(colour):
    with pytest.raises(ValueError, match="Not a colour"):
        parse(colour)


@given(colours)
def test_every_accepted_brand_reads_in_both_themes(colour):
    try:
        light = light_palette(colour)
    except PoorContrast:
        assert ratio(colour, PAPER) < 4.5
        return
    dark = dark_palette(colour)
    assert ratio(light.brand, light.ink) >= 4.5
    assert ratio(light.deep, light.ink) >= 4.5
    assert ratio(light.tint, "#17211f") >= 7
    assert ratio(light.brand, light.tint) >= 3
    assert ratio(dark.brand, NIGHT_SLAB) >= 7
    assert ratio(dark.brand, NIGHT_INK) >= 4.5
    assert ratio(dark.deep, NIGHT_INK) >= 4.5
    assert ratio(dark.tint, "#eef3f0") >= 4.5


@given(colours)
def test_no_shade_at_all_is_the_colour_itself(colour):
    back = parse(shade(colour, 0.0))
    assert all(abs(one - other) < 0.02 for one, other in zip(parse(colour), back, strict=True))
