"""What a document that the house has set on paper says: enough of PDF to read Typst's own."""

import re
import zlib

_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
_LETTER = re.compile(rb"^<([0-9A-Fa-f]{4})> <([0-9A-Fa-f]+)>", re.MULTILINE)
_SHOWN = re.compile(rb"/f(\d+) [\d.]+ Tf|\[((?:\((?:\\.|[^\\)])*\)|<[0-9A-Fa-f]*>|[-\d. ]+)*)\]\s*TJ|\bET\b", re.DOTALL)
_PIECE = re.compile(rb"\(((?:\\.|[^\\)])*)\)|<([0-9A-Fa-f]*)>", re.DOTALL)
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|.)", re.DOTALL)
_NAMED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def text_of(pdf: bytes) -> str:
    """Return the words of a PDF, a line for each piece of text, in the order in which they were set."""
    streams = [_plain(found[1]) for found in _STREAM.finditer(pdf)]
    fonts = [_letters(one) for one in streams if b"begincmap" in one]
    lines: list[str] = []
    for stream in streams:
        if b" Tf" in stream and b"TJ" in stream:
            lines += _lines(stream, fonts)
    return "\n".join(lines)


def _plain(raw: bytes) -> bytes:
    try:
        return zlib.decompress(raw)
    except zlib.error:
        return raw


def _letters(table: bytes) -> dict[int, str]:
    """Read a font's table from glyphs to letters."""
    return {int(glyph, 16): bytes.fromhex(text.decode()).decode("utf-16-be") for glyph, text in _LETTER.findall(table)}


def _lines(stream: bytes, fonts: list[dict[int, str]]) -> list[str]:
    font, lines, line = fonts[0], [], ""
    for found in _SHOWN.finditer(stream):
        if found[1] is not None:
            font = fonts[int(found[1])]
        elif found[0] == b"ET":
            lines.append(line)
            line = ""
        else:
            glyphs = b"".join(_bytes(*piece) for piece in _PIECE.findall(found[0]))
            pairs = zip(glyphs[::2], glyphs[1::2], strict=True)
            line += "".join(font.get(high << 8 | low, "") for high, low in pairs)
    return lines


def _bytes(literal: bytes, hexadecimal: bytes) -> bytes:
    if hexadecimal:
        return bytes.fromhex(hexadecimal.decode())
    return _ESCAPE.sub(_unescaped, literal)


def _unescaped(found: re.Match[bytes]) -> bytes:
    said = found[1]
    return bytes([int(said, 8)]) if said[:1].isdigit() else _NAMED.get(said, said)
