"""Pictures and documents as people send them."""

import io
import struct
import zlib
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
GPS, ORIENTATION, MAKER = 0x8825, 0x0112, 0x010F


def picture(kind: str = "JPEG", *, size: tuple[int, int] = (60, 40), mode: str = "RGB", **options: Any) -> bytes:
    """Return a picture, its left half red and its right half blue, or transparent where the mode knows that."""
    image = Image.new(mode, size, (255, 0, 0, 255)[: len(mode)])
    right = (0, 0, 0, 0) if mode == "RGBA" else (0, 0, 255)
    image.paste(right, (size[0] // 2, 0, size[0], size[1]))
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def telltale_exif(orientation: int = 1) -> Image.Exif:
    """Return what a telephone writes: its maker, how it was held, and where it was."""
    exif = Image.Exif()
    exif[MAKER] = "TELLTALE"
    exif[ORIENTATION] = orientation
    exif[GPS] = {1: "N", 2: (45.0, 48.0, 12.0), 3: "W", 4: (71.0, 54.0, 6.0)}
    return exif


def bomb(width: int, height: int) -> bytes:
    """Return the few bytes of a PNG that says it is that large."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 64)) + chunk(b"IEND", b"")


def upload(data: bytes, name: str = "photo.jpg") -> SimpleUploadedFile:
    """Return it as an upload; what the browser says of its type is not believed anyway."""
    return SimpleUploadedFile(name, data, content_type="image/jpeg")


def display_p3() -> bytes:
    """Return the profile of the colours that a telephone photographs in: Display P3, here with a plain gamma of 2.2."""

    def numbers(*values: float) -> bytes:
        return b"XYZ \0\0\0\0" + struct.pack(">3i", *(round(value * 65536) for value in values))

    curve = b"curv\0\0\0\0" + struct.pack(">IHxx", 1, round(2.2 * 256))
    tags = {
        b"wtpt": numbers(0.9642, 1.0, 0.8249),
        b"rXYZ": numbers(0.51512, 0.24120, -0.00105),
        b"gXYZ": numbers(0.29198, 0.69225, 0.04189),
        b"bXYZ": numbers(0.15710, 0.06657, 0.78407),
        b"rTRC": curve,
        b"gTRC": curve,
        b"bTRC": curve,
    }
    table, data, start = struct.pack(">I", len(tags)), b"", 128 + 4 + 12 * len(tags)
    for name, value in tags.items():
        table += name + struct.pack(">II", start + len(data), len(value))
        data += value
    head = struct.pack(">I4xI", start + len(data), 0x02400000) + b"mntrRGB XYZ " + bytes(12) + b"acsp"
    head += bytes(28) + struct.pack(">3i", 63190, 65536, 54061)
    return head.ljust(128, b"\0") + table + data
