"""The code of a card: a CWT (RFC 8392) in a COSE_Sign1 (RFC 9052), ES256, as Base45 behind `PREFIX`. See docs/card.md.

Nothing of Django is needed here, nor of this house: a stranger's tool reads the same with the published keys. There is
one way to write given claims (deterministic CBOR, no unprotected header); whatever is written otherwise is refused.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Any

import cbor2

from parvis.lib import base45

PREFIX = "PARVIS1:"
LONGEST = 2000  # letters: more fits no QR code that a phone reads
SKEW = timedelta(minutes=5)
"""How far a checker's clock may be behind that of the house."""
DAY_ZERO = date(1970, 1, 1)

_SIGN1_TAG = 18
_ES256 = -7
_ALGORITHM, _KEY_ID = 1, 4
_SIGNATURE_BYTES, _CODE_ID_BYTES = 64, 8


class Claim(IntEnum):
    """The names of claims: registered ones (RFC 8392), then our own, from the numbers for private use."""

    ISSUER = 1
    EXPIRES = 4
    ISSUED = 6
    CODE_ID = 7
    PURPOSE = -70001
    FORM = -70002
    RESIDENT = -70003
    RESIDENT_UNTIL = -70004
    LEVEL = -70005
    NUMBER = -70006
    NAME = -70007
    ENTITLEMENTS = -70009


class Form(IntEnum):
    """What shows the code."""

    PHONE = 0
    PAPER = 1


class Verdict(StrEnum):
    """What a checker says. Only the first lets somebody in."""

    GOOD = "good"
    NO_CARD = "no_card"
    ALTERED = "altered"
    UNKNOWN = "unknown"
    ELSEWHERE = "elsewhere"
    REVOKED = "revoked"
    CLOCK = "clock"
    EXPIRED = "expired"
    OLD_PICTURE = "old_picture"
    NOT_RESIDENT = "not_resident"
    OTHER_SIDE = "other_side"


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A published key: who signs (`issuer`, an address; `town`, its word in addresses), the point of the curve."""

    kid: bytes
    issuer: str
    town: str
    x: bytes
    y: bytes


@dataclass(frozen=True, slots=True)
class Reading:
    """A verdict, with the claims as far as the signature vouches for them (empty when it does not)."""

    verdict: Verdict
    claims: Mapping[int, Any]

    @property
    def is_good(self) -> bool:
        """Whether the card is accepted."""
        return self.verdict is Verdict.GOOD

    @property
    def mark(self) -> str:
        """The identifier of the code, in hexadecimal."""
        return bytes(self.claims.get(Claim.CODE_ID, b"")).hex()


def sign(claims: Mapping[int, Any], *, kid: bytes, private_pem: str) -> str:
    """Return the text of a code for the QR picture."""
    from cwt import COSE, COSEKey

    key = COSEKey.from_pem(private_pem, alg="ES256")
    payload = cbor2.dumps(dict(claims), canonical=True)
    signed = COSE.new().encode_and_sign(payload, key, protected={_ALGORITHM: _ES256, _KEY_ID: kid}, unprotected={})
    return PREFIX + base45.encode(signed)


def read(
    text: str,
    *,
    keys: Mapping[bytes, PublicKey],
    revoked: Collection[str],
    here: str,
    now: datetime,
    residents_only: bool = False,
) -> Reading:
    """Return what a checker of the town `here` says of a code; `revoked` holds identifiers in hexadecimal."""
    if not text.startswith(PREFIX):
        return Reading(Verdict.NO_CARD, {})
    try:
        kid, claims, signed = _parts(text)
    except _Altered:
        return Reading(Verdict.ALTERED, {})
    key = keys.get(kid)
    if key is None:
        return Reading(Verdict.UNKNOWN, {})
    if not _is_signed(signed, key) or claims[Claim.ISSUER] != key.issuer:
        return Reading(Verdict.ALTERED, {})
    return Reading(_verdict(claims, key, revoked, here, now, residents_only), claims)


def _verdict(
    claims: Mapping[int, Any],
    key: PublicKey,
    revoked: Collection[str],
    here: str,
    now: datetime,
    residents_only: bool,
) -> Verdict:
    if key.town != here:
        return Verdict.ELSEWHERE
    if bytes(claims[Claim.CODE_ID]).hex() in revoked:
        return Verdict.REVOKED
    if datetime.fromtimestamp(claims[Claim.ISSUED], UTC) > now + SKEW:
        return Verdict.CLOCK
    if datetime.fromtimestamp(claims[Claim.EXPIRES], UTC) <= now:
        return Verdict.EXPIRED if claims[Claim.FORM] == Form.PAPER else Verdict.OLD_PICTURE
    if residents_only and claims.get(Claim.RESIDENT) is not True:
        return Verdict.NOT_RESIDENT if Claim.RESIDENT in claims else Verdict.OTHER_SIDE
    return Verdict.GOOD


class _Altered(ValueError):
    """What nobody here has written."""


def _parts(text: str) -> tuple[bytes, dict[int, Any], bytes]:
    """Return key id, claims and the signed bytes of a code. Raises _Altered for whatever is written in another way."""
    if len(text) > LONGEST:
        raise _Altered
    try:
        data = base45.decode(text.removeprefix(PREFIX))
        outer = cbor2.loads(data)
        protected, unprotected, payload, signature = outer.value
        head, claims = cbor2.loads(protected), cbor2.loads(payload)
        is_ours = (
            outer.tag == _SIGN1_TAG
            and cbor2.dumps(outer, canonical=True) == data
            and cbor2.dumps(claims, canonical=True) == payload
            and cbor2.dumps(head, canonical=True) == protected
            and unprotected == {}
            and head.keys() == {_ALGORITHM, _KEY_ID}
            and head[_ALGORITHM] == _ES256
            and len(signature) == _SIGNATURE_BYTES
            and _are_claims(claims)
        )
        kid = bytes(head[_KEY_ID]) if is_ours else b""
    except Exception as error:  # whatever a decoder says of bytes that somebody made up
        raise _Altered from error
    if not is_ours:
        raise _Altered
    return kid, claims, data


def _are_claims(claims: Any) -> bool:
    """Tell whether these are claims as they are written here, each of its own type."""
    wanted = {Claim.ISSUER: str, Claim.EXPIRES: int, Claim.ISSUED: int, Claim.CODE_ID: bytes, Claim.FORM: int}
    return (
        isinstance(claims, dict)
        and all(type(claims.get(name)) is kind for name, kind in wanted.items())
        and len(claims[Claim.CODE_ID]) == _CODE_ID_BYTES
        and claims[Claim.FORM] in set(Form)
    )


def _is_signed(data: bytes, key: PublicKey) -> bool:
    """Tell whether the key's owner has signed this COSE_Sign1."""
    from cwt import COSE, COSEKey

    point = {1: 2, -1: 1, 3: _ES256, 2: key.kid, -2: key.x, -3: key.y}
    try:
        COSE.new().decode(data, COSEKey.new(point))
    except Exception:  # the library tells a wrong signature in several ways; none of them is a good one
        return False
    return True
