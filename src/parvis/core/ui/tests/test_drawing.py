"""Icons and the mark."""

import io
from xml.etree import ElementTree

import pytest
from PIL import Image

from parvis.core.ui import drawing, icons
from parvis.core.ui.templatetags.ui import icon


@pytest.mark.parametrize("name", sorted(icons.ICONS))
def test_each_icon_is_well_formed_and_silent(name):
    drawn = ElementTree.fromstring(icons.svg(name))
    assert len(drawn) > 0
    assert drawn.get("aria-hidden") == "true"


def test_an_icon_with_a_label_speaks_and_cannot_be_broken_out_of():
    drawn = icon("pin", '"><script>')
    assert 'role="img"' in drawn
    assert "<script" not in drawn


def test_an_unknown_icon_is_a_page():
    assert icon("no-such-icon") == icon("page")


@pytest.mark.parametrize(("pixels", "full_bleed"), [(192, False), (512, False), (512, True)])
def test_the_app_icon_is_a_light_png_of_the_asked_size(pixels, full_bleed):
    png = drawing.app_icon("#1c3f94", pixels, full_bleed=full_bleed)
    image = Image.open(io.BytesIO(png)).convert("RGBA")
    assert image.size == (pixels, pixels)
    assert len(png) < 10_000
    assert image.getpixel((0, 0))[3] == (255 if full_bleed else 0)
    red, green, blue, _ = image.getpixel((pixels // 2, pixels // 10))
    assert (abs(red - 0x1C), abs(green - 0x3F), abs(blue - 0x94)) < (12, 12, 12)
