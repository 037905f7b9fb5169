"""Base45 (RFC 9285): bytes as the 45 letters that a QR code packs into eleven bits a pair.

Two bytes become three letters, a last byte two: 3 % more than the bytes themselves in a QR code, where Base64, which
needs the byte mode, costs 33 %. Exactly one text stands for given bytes, so that nobody can write a card in two ways.
"""

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_VALUES = {letter: value for value, letter in enumerate(ALPHABET)}


class NotBase45(ValueError):
    """A text that no bytes are written as."""


def encode(data: bytes) -> str:
    """Return bytes as text."""
    text = []
    for at in range(0, len(data), 2):
        pair = data[at : at + 2]
        rest, first = divmod(int.from_bytes(pair, "big"), 45)
        third, second = divmod(rest, 45)
        text += [first, second, third] if len(pair) == 2 else [first, second]
    return "".join(ALPHABET[value] for value in text)


def decode(text: str) -> bytes:
    """Return the bytes of a text. Raises NotBase45."""
    try:
        values = [_VALUES[letter] for letter in text]
    except KeyError:
        raise NotBase45("A letter that is none of the 45.") from None
    data = bytearray()
    for at in range(0, len(values), 3):
        group = values[at : at + 3]
        number = sum(value * 45**place for place, value in enumerate(group))
        if len(group) == 1 or number >= (1 << 16 if len(group) == 3 else 1 << 8):
            raise NotBase45("A group of letters that stands for no bytes.")
        data += number.to_bytes(len(group) - 1, "big")
    return bytes(data)
