"""Codes of a card, signed when they are asked for: one for each purpose on a phone, one on paper."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from dateutil.relativedelta import relativedelta

from parvis.core.identity import sealing
from parvis.core.registry.card import CardPurpose
from parvis.core.tenancy.here import zone_here

from . import queries
from .models import Card, SigningKey
from .standing import Standing, claims_for
from .token import Claim, Form, sign


@dataclass(frozen=True, slots=True)
class Code:
    """A code as it is shown: the text of the QR picture, what it says, until when."""

    purpose: CardPurpose
    text: str
    expires_at: datetime
    claims: dict[int, object]


def phone_codes(card: Card, key: SigningKey, standing: Standing, now: datetime) -> Sequence[Code]:
    """Return a code for each purpose of the territory in force, to be kept on the holder's phone for some hours."""
    secret = sealing.unseal(key.secret.sealed)
    end = now + timedelta(hours=queries.options().phone_hours)
    return [_made(card, key, secret, standing, purpose, Form.PHONE, now, end) for purpose in queries.purposes()]


def paper_code(card: Card, key: SigningKey, standing: Standing, purpose: CardPurpose, now: datetime) -> Code:
    """Return a code for paper; of a resident it ends with the rights that the proof of residency gives."""
    secret = sealing.unseal(key.secret.sealed)
    return _made(card, key, secret, standing, purpose, Form.PAPER, now, paper_end(standing, now))


def paper_end(standing: Standing, now: datetime) -> datetime:
    """Return when a code on paper that is printed now ends."""
    end = now + relativedelta(months=queries.options().paper_months)
    if standing.holds_until is None:
        return end
    after = standing.holds_until + timedelta(days=1)
    return min(end, datetime.combine(after, time.min, tzinfo=zone_here()))


def _made(
    card: Card,
    key: SigningKey,
    secret: str,
    standing: Standing,
    purpose: CardPurpose,
    form: Form,
    now: datetime,
    end: datetime,
) -> Code:
    claims: dict[int, object] = {
        Claim.ISSUER: key.issuer,
        Claim.EXPIRES: int(end.timestamp()),
        Claim.ISSUED: int(now.timestamp()),
        Claim.CODE_ID: queries.code_id(card, purpose.name, form, now),
        Claim.PURPOSE: purpose.name,
        Claim.FORM: int(form),
        **claims_for(card, standing, purpose, now),
    }
    plain = {int(name): value for name, value in claims.items()}
    return Code(purpose, sign(plain, kid=bytes.fromhex(key.kid), private_pem=secret), end, plain)
