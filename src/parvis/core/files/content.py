"""What a file really is, by its content; pure, without Django."""

import io
import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import IO

import filetype
from PIL import Image, ImageCms, ImageFilter, ImageOps, UnidentifiedImageError
from pillow_heif import register_heif_opener

register_heif_opener()

MAX_PIXELS = 60_000_000
Image.MAX_IMAGE_PIXELS = MAX_PIXELS

# Longest side in pixels, JPEG quality.
VARIANTS: dict[str, tuple[int, int]] = {"full": (2048, 82), "medium": (960, 78), "small": (360, 72)}
CELLS = 5

# Pillow raises KeyError for a format that it was built without. Its JPEG reader opens MPO (some telephones) too.
Image.init()
IMAGE_FORMATS = tuple(
    name for name in ("JPEG", "PNG", "WEBP", "HEIF", "GIF", "AVIF", "TIFF", "BMP") if name in Image.OPEN
)
SRGB = ImageCms.createProfile("sRGB")
DOCUMENT_TYPES = frozenset({"application/pdf"})


class Unreadable(Exception):
    """The bytes are not what they claim, or are too large to open safely."""


@dataclass(frozen=True, slots=True)
class Look:
    """What the first bytes say. Width and height in pixels, None for documents."""

    content_type: str
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A rectangle of a photo, each number a fraction of its width or height, between 0 and 1."""

    left: float
    top: float
    width: float
    height: float


def look(stream: IO[bytes]) -> Look:
    """Tell what a file is without decoding it. Raises Unreadable for anything but a photo or a PDF."""
    stream.seek(0)
    head = stream.read(512)
    stream.seek(0)
    kind = filetype.guess(head)
    if kind is not None and kind.mime in DOCUMENT_TYPES:
        return Look(kind.mime)
    try:
        with Image.open(stream, formats=IMAGE_FORMATS) as image:
            width, height = image.size
            found = Image.MIME.get(image.format or "", "image/jpeg")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise Unreadable from error
    finally:
        stream.seek(0)
    if width * height > MAX_PIXELS or width < 1 or height < 1:
        raise Unreadable
    return Look(found, width, height)


def reencode(stream: IO[bytes]) -> dict[str, tuple[bytes, int, int]]:
    """Return JPEG bytes, width and height of every variant, upright and without any metadata. Raises Unreadable."""
    try:
        with Image.open(stream, formats=IMAGE_FORMATS) as opened:
            opened.draft("RGB", (VARIANTS["full"][0], VARIANTS["full"][0]))
            image = ImageOps.exif_transpose(opened)
            image = _in_srgb(image)
            if image.mode not in {"RGB", "L"}:
                flat = image.convert("RGBA")
                image = Image.alpha_composite(Image.new("RGBA", flat.size, "white"), flat).convert("RGB")
            return _variants(image)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise Unreadable from error


def blur(stream: IO[bytes], parts: Iterable[Part]) -> dict[str, tuple[bytes, int, int]]:
    """Return every variant of a photo that was re-encoded, with some parts unrecognisable. Raises Unreadable.

    A part is reduced to at most `CELLS` colours along its longer side, then blurred: seven letters of a plate leave
    five colours, a face twenty-five, and nothing between them is kept from which to guess more.
    """
    try:
        with Image.open(stream, formats=("JPEG",)) as opened:
            image = opened.convert("RGB")
            for part in parts:
                _smudge(image, part)
            return _variants(image)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise Unreadable from error


def _smudge(image: Image.Image, part: Part) -> None:
    """Make one part of a photo unrecognisable, in place; its edges are rounded outwards."""
    left, top = int(part.left * image.width), int(part.top * image.height)
    right = min(image.width, math.ceil((part.left + part.width) * image.width))
    bottom = min(image.height, math.ceil((part.top + part.height) * image.height))
    piece = image.crop((left, top, right, bottom))
    width, height = piece.size
    cell = max(width, height) / CELLS
    few = piece.resize((max(1, round(width / cell)), max(1, round(height / cell))), Image.Resampling.BOX)
    soft = few.resize(piece.size, Image.Resampling.NEAREST).filter(ImageFilter.GaussianBlur(cell / 3))
    image.paste(soft, (left, top))


def _variants(image: Image.Image) -> dict[str, tuple[bytes, int, int]]:
    variants = {}
    for name, (side, quality) in VARIANTS.items():  # the largest first: each is made from the one before
        image = _at_most(image, side)
        variants[name] = (_jpeg(image, quality), image.width, image.height)
    return variants


def _in_srgb(image: Image.Image) -> Image.Image:
    """Return the picture in the colours that a screen assumes: its profile goes with the rest of what it carried.

    Telephones photograph in wider ones (Display P3): without its profile such a photo would look dull. One that does
    not belong to the picture, or that nobody can read, is no reason to refuse a photo.
    """
    profile = image.info.get("icc_profile")
    if not profile or image.mode == "LA":
        return image
    if image.mode in {"P", "PA"}:
        image = image.convert("RGBA")
    mode = image.mode if image.mode in {"RGB", "RGBA"} else "RGB"
    try:
        return ImageCms.profileToProfile(image, io.BytesIO(profile), SRGB, outputMode=mode) or image
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image


def _at_most(image: Image.Image, side: int) -> Image.Image:
    """Return a picture whose longer side is at most so many pixels, without anything that the file carried."""
    copy = image.copy()
    copy.thumbnail((side, side), Image.Resampling.LANCZOS, reducing_gap=2.0)
    copy.info = {}
    return copy


def _jpeg(image: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality, optimize=True, progressive=True)
    return out.getvalue()
