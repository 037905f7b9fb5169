"""The picture of a code: a QR code (ISO/IEC 18004) in the alphanumeric mode, as SVG."""

import segno

QUIET = 4  # modules of white around it, as the standard asks
LEVEL = "l"  # a code on a screen or a fresh card is whole; fewer, larger squares are read from further away
PAPER_LEVEL = "m"
MASK = 4  # any of the eight is read; trying all to find the prettiest takes eight times as long


def svg(text: str, *, on_paper: bool = False) -> str:
    """Return the picture, without a size of its own, for a page or a PDF; black on white in every theme."""
    picture = segno.make_qr(text, error=PAPER_LEVEL if on_paper else LEVEL, mask=MASK, boost_error=False)
    return picture.svg_inline(border=QUIET, omitsize=True, dark="#000", light="#fff")
