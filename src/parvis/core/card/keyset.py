"""The keys and the revoked codes as they are published: JWK set (RFC 7517), COSE key set (RFC 9052), a JSON list."""

import base64
from collections.abc import Sequence
from typing import Any

import cbor2

from parvis.core.tenancy.models import Territory

from .models import SigningKey

JWK_TYPE, COSE_TYPE = "application/jwk-set+json", "application/cose-key-set"


def number(text: str) -> bytes:
    """Return the 32 bytes of a coordinate from a JWK."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def text_of(data: bytes) -> str:
    """Return bytes as Base64url without padding (RFC 7515)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def jwk_set(keys: Sequence[tuple[SigningKey, Territory]]) -> dict[str, Any]:
    """Return the keys as a JWK set; `iss`, `town` and `name` say whose each is (members that others leave aside)."""
    return {
        "keys": [
            {
                "kty": "EC",
                "crv": "P-256",
                "use": "sig",
                "alg": "ES256",
                "kid": text_of(bytes.fromhex(row.kid)),
                "x": row.x,
                "y": row.y,
                "iss": row.issuer,
                "town": town.slug,
                "name": town.name,
            }
            for row, town in keys
        ]
    }


def cose_key_set(keys: Sequence[tuple[SigningKey, Territory]]) -> bytes:
    """Return the keys as a COSE_KeySet: EC2 keys on P-256 for ES256, to verify with."""
    return cbor2.dumps(
        [
            {1: 2, 2: bytes.fromhex(row.kid), 3: -7, 4: [2], -1: 1, -2: number(row.x), -3: number(row.y)}
            for row, _town in keys
        ],
        canonical=True,
    )
