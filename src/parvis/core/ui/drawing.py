"""The mark of the house as a picture: an arch and its lamp, on the territory's colour."""

import io
from functools import lru_cache

from PIL import Image, ImageDraw

from .contrast import INK, parse, ratio

SUN = "#f4c430"


def _rgb(colour: str) -> tuple[int, int, int]:
    red, green, blue = (round(255 * part) for part in parse(colour))
    return red, green, blue


@lru_cache(maxsize=64)
def app_icon(brand: str, pixels: int, *, full_bleed: bool) -> bytes:
    """Draw the icon as PNG, `pixels` wide. With `full_bleed` the mark keeps to the inner 80 % that is never cut off."""
    side = pixels * 4
    image = Image.new("RGBA", (side, side), (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((0, 0, side - 1, side - 1), 0 if full_bleed else side * 11 // 40, fill=_rgb(brand))
    unit = side / 40 * (0.72 if full_bleed else 1.0)
    margin = (side - 40 * unit) / 2
    ink = _rgb(INK if ratio(brand, INK) >= 3 else "#06201b")

    def at(x: float, y: float) -> tuple[float, float]:
        return margin + x * unit, margin + y * unit

    half = 2 * unit
    draw.arc((*at(8, 5), *at(32, 29)), 180, 360, fill=ink, width=round(4 * unit))
    for x in (10, 30):
        left, top = at(x, 17)
        bottom = at(x, 31)[1]
        draw.rectangle((left - half, top, left + half, bottom), fill=ink)
        draw.ellipse((left - half, bottom - half, left + half, bottom + half), fill=ink)
    draw.ellipse((*at(16.6, 23.6), *at(23.4, 30.4)), fill=_rgb(SUN))
    output = io.BytesIO()
    small = image.resize((pixels, pixels), Image.Resampling.LANCZOS)
    # three colours and their edges: a palette of 64 is a quarter of the weight
    small.quantize(64, method=Image.Quantize.FASTOCTREE).save(output, "PNG", optimize=True)
    return output.getvalue()
