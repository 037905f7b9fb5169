"""Seal a message for a browser, and say who sends it. Pure, without Django.

RFC 8291 (message encryption for web push) over RFC 8188 (`aes128gcm`, one record), RFC 8292 (VAPID: a JWT of ES256).
"""

import base64
import json
import os
from dataclasses import dataclass
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

RECORD = 4096  # bytes of a record: what every push service takes
LONGEST = RECORD - 103  # bytes of words: without the header (86), the tag (16) and the delimiter (1)
SALT_BYTES, COORDINATE_BYTES = 16, 32
LASTS = 12 * 3600  # seconds a VAPID token holds; RFC 8292 allows a day


class NotSealable(ValueError):
    """The subscription's keys are no keys, or the message is too long."""


@dataclass(frozen=True, slots=True)
class Keys:
    """A subscription's keys, base64url: the browser's public point, and the secret both know."""

    p256dh: str
    auth: str


def b64(raw: bytes) -> str:
    """Return bytes as base64url without padding (RFC 4648, 5)."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    """Return the bytes of base64url, with padding or without. Raises ValueError."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def new_private() -> int:
    """Return a new private key of P-256, as its number."""
    return ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value


def public_of(private: int) -> str:
    """Return the public point of a private key, as browsers take it: uncompressed, base64url."""
    return b64(_point(ec.derive_private_key(private, ec.SECP256R1()).public_key()))


def seal(words: bytes, keys: Keys, *, salt: bytes | None = None, private: int | None = None) -> bytes:
    """Return the body that only this browser can open (RFC 8291, 3.4). Raises NotSealable.

    `salt` and `private` are drawn anew for each message; they are given only to compare with published vectors.
    """
    if len(words) > LONGEST:
        raise NotSealable("too long")
    salt = salt or os.urandom(SALT_BYTES)
    ours = ec.derive_private_key(private or new_private(), ec.SECP256R1())
    try:
        theirs_raw, secret = unb64(keys.p256dh), unb64(keys.auth)
        theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), theirs_raw)
        shared = ours.exchange(ec.ECDH(), theirs)
    except (ValueError, InvalidKey) as error:
        raise NotSealable("no keys") from error
    point = _point(ours.public_key())
    input_key = _derive(shared, secret, b"WebPush: info\0" + theirs_raw + point, 32)
    key = _derive(input_key, salt, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derive(input_key, salt, b"Content-Encoding: nonce\0", 12)
    header = salt + RECORD.to_bytes(4, "big") + bytes([len(point)]) + point
    return header + AESGCM(key).encrypt(nonce, words + b"\x02", None)  # 2: the last record


def authorization(endpoint: str, private: int, *, contact: str, now: float) -> str:
    """Return the Authorization header by which a push service knows us (RFC 8292); `now` in seconds."""
    parts = urlsplit(endpoint)
    claims = {"aud": f"{parts.scheme}://{parts.netloc}", "exp": int(now) + LASTS, "sub": contact}
    head = {"typ": "JWT", "alg": "ES256"}
    said = ".".join(b64(json.dumps(part, separators=(",", ":")).encode()) for part in (head, claims))
    made = ec.derive_private_key(private, ec.SECP256R1()).sign(said.encode(), ec.ECDSA(SHA256()))
    signature = b"".join(number.to_bytes(COORDINATE_BYTES, "big") for number in utils.decode_dss_signature(made))
    return f"vapid t={said}.{b64(signature)}, k={public_of(private)}"


def _point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _derive(key: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=SHA256(), length=length, salt=salt, info=info).derive(key)
