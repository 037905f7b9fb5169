"""A key and a code of a card, made without a database, for tests of the format."""

from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from parvis.core.card.token import Claim, Form, PublicKey, sign

NOW = datetime(2026, 6, 1, 14, 0, tzinfo=UTC)
ISSUER, TOWN = "https://parvis.example.org/sainte-epreuve", "sainte-epreuve"
KID = bytes.fromhex("00112233aabbccdd")


def new_key(kid: bytes = KID, issuer: str = ISSUER, town: str = TOWN) -> tuple[str, PublicKey]:
    """Return a private key as PEM, and what is published of it."""
    private = ec.generate_private_key(ec.SECP256R1())
    point = private.public_key().public_numbers()
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return pem, PublicKey(kid, issuer, town, point.x.to_bytes(32, "big"), point.y.to_bytes(32, "big"))


PEM, KEY = new_key()
KEYS = {KID: KEY}


def claims(**changes: object) -> dict[int, object]:
    """Return the claims of a resident's code on a phone; `changes` by a claim's lower-case name, None takes it off."""
    said: dict[int, object] = {
        Claim.ISSUER: ISSUER,
        Claim.EXPIRES: int((NOW + timedelta(hours=24)).timestamp()),
        Claim.ISSUED: int(NOW.timestamp()),
        Claim.CODE_ID: bytes.fromhex("0123456789abcdef"),
        Claim.PURPOSE: "card.counter",
        Claim.FORM: Form.PHONE,
        Claim.RESIDENT: True,
        Claim.LEVEL: 3,
        Claim.NUMBER: "K7M2-PX4R",
        Claim.NAME: "Judith Moreau",
    }
    said |= {Claim[name.upper()]: value for name, value in changes.items()}
    return {
        int(name): int(value) if isinstance(value, Form) else value for name, value in said.items() if value is not None
    }


def code(pem: str = PEM, kid: bytes = KID, **changes: object) -> str:
    """Return a signed code."""
    return sign(claims(**changes), kid=kid, private_pem=pem)
