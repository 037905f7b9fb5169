"""Keys that sign: made when they are first needed, changed without breaking a card, sealed like every secret."""

import secrets
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.db import IntegrityError, transaction

from parvis.core.events.operations import record
from parvis.core.identity import sealing
from parvis.core.tenancy.addresses import absolute, territory_path
from parvis.core.tenancy.context import use
from parvis.core.tenancy.here import territory_here
from parvis.core.tenancy.models import Territory
from parvis.lib.actor import Actor
from parvis.lib.errors import Conflict, require

from .. import queries, rules
from ..keyset import text_of
from ..models import SigningKey, SigningSecret


def ensure_key(*, now: datetime) -> SigningKey:
    """Return the key that signs in the territory in force, made if there is none yet; two at once make one."""
    found = queries.signing_key()
    if found is not None:
        return found
    try:
        with transaction.atomic():
            return _make(now)
    except IntegrityError:
        return SigningKey.objects.get(retired_at=None)


def _make(now: datetime) -> SigningKey:
    private = ec.generate_private_key(ec.SECP256R1())
    point = private.public_key().public_numbers()
    made = SigningKey.objects.create(
        kid=secrets.token_hex(8),
        issuer=absolute(territory_path(territory_here(), "fr", "/")).rstrip("/"),
        x=text_of(point.x.to_bytes(32, "big")),
        y=text_of(point.y.to_bytes(32, "big")),
        made_at=now,
    )
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    SigningSecret.objects.create(key=made, sealed=sealing.seal(pem))
    return made


@transaction.atomic
def rotate_key(*, actor: Actor, now: datetime, distrust: bool = False) -> SigningKey:
    """Sign with a new key from now on. Cards that the one before signed go on, unless it is to be distrusted.

    Distrust it when its secret may have leaked: every card on paper must then be printed again; phones renew theirs.
    Raises NotAllowed, Conflict (two at the same instant).
    """
    require(rules.can_arrange(actor))
    standing = SigningKey.objects.filter(retired_at=None)
    standing.update(retired_at=now, distrusted_at=now if distrust else None)
    if distrust:
        SigningKey.objects.filter(distrusted_at=None, retired_at__isnull=False).update(distrusted_at=now)
    try:
        with transaction.atomic():
            made = _make(now)
    except IntegrityError:
        raise Conflict from None
    record(actor, "card.key_rotated", made, now=now, distrusted=distrust)
    return made


def reseal_keys() -> int:
    """Seal the keys of every territory with the key in use; return how many. Raises Unreadable."""
    count = 0
    for territory in Territory.objects.all():
        with transaction.atomic(), use(territory=territory):
            for row in SigningSecret.objects.select_for_update():
                row.sealed = sealing.reseal(row.sealed)
                row.save(update_fields=["sealed"])
                count += 1
    return count
