"""Pictures of codes as cameras see them: straight, and on a table, turned, a little blurred, unevenly lit."""

from pathlib import Path

import segno
from PIL import Image, ImageFilter

from parvis.core.card import qr


def straight(text: str, *, scale: int = 6) -> Image.Image:
    """Return the QR code itself, as a phone shows it."""
    code = segno.make_qr(text, error=qr.LEVEL, mask=qr.MASK, boost_error=False)
    rows = [[255 if not cell else 0 for cell in row] for row in code.matrix_iter(scale=scale, border=qr.QUIET)]
    picture = Image.new("L", (len(rows[0]), len(rows)))
    picture.putdata([cell for row in rows for cell in row])
    return picture.convert("RGB")


def seen(text: str, *, size: tuple[int, int] = (1280, 720), angle: float = 9, fills: float = 0.8) -> Image.Image:
    """Return what a camera sees of it: `fills` is the part of the picture's height that the code takes."""
    side = int(size[1] * fills)
    code = straight(text).resize((side, side), Image.Resampling.BICUBIC)
    turned = code.rotate(angle, Image.Resampling.BICUBIC, expand=True, fillcolor=(205, 190, 160))
    table = Image.new("RGB", size, (205, 190, 160))
    table.paste(turned, ((size[0] - turned.width) // 2, (size[1] - turned.height) // 2))
    light = Image.linear_gradient("L").resize(size).point(lambda level: 140 + level * 100 // 255)
    lit = Image.merge("RGB", [Image.composite(band, Image.new("L", size), light) for band in table.split()])
    return lit.filter(ImageFilter.GaussianBlur(0.8))


def film(text: str, path: Path, *, frames: int = 12) -> Path:
    """Write a film that Chromium plays as its camera (Motion JPEG): a hand that is not quite still."""
    with path.open("wb") as file:
        for frame in range(frames):
            seen(text, angle=8 + frame % 3).save(file, "JPEG", quality=90)
    return path
