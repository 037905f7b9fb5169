"""The address that an answer by e-mail goes to: whoever writes there was reached as the person who asked.

Signed, never kept, and bound to whom it was written like :mod:`.links`: once the contact changes, or is erased, it
opens nothing. It also stands in the References of what we send, for mail programs that answer to another address.
"""

import base64
import binascii
import hmac
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.utils.crypto import salted_hmac

from parvis.core.tenancy.models import Territory

from .links import LASTS, bound_to
from .models import Case

PREFIX = "re+"
_MAC, _TOWN = 10, 3  # bytes; the whole stays within the 64 letters that a mailbox's name may have


def address_of(case: Case) -> str:
    """Return where to answer about a case; empty without a domain for it, or when nobody could be written to."""
    bound = bound_to(case)
    if not settings.INBOUND_DOMAIN or not bound:
        return ""
    said = case.pk.bytes + case.territory_id.bytes[-_TOWN:] + _mac(settings.SECRET_KEY, case.pk, bound)
    return f"{PREFIX}{base64.b32encode(said).decode().rstrip('=').lower()}@{settings.INBOUND_DOMAIN}"


def towns_of(mailbox: str) -> list[Territory]:
    """Return the territories that an answer's mailbox (what stands before the @) may belong to: usually one."""
    said = _decoded(mailbox)
    if said is None:
        return []
    return [town for town in Territory.objects.all() if town.pk.bytes[-_TOWN:] == said[16 : 16 + _TOWN]]


def case_of(mailbox: str, now: datetime) -> Case | None:
    """Return the case of the territory in force that an answer's mailbox opens, or None, whatever is wrong with it."""
    said = _decoded(mailbox)
    case = Case.objects.filter(pk=UUID(bytes=said[:16])).first() if said else None
    bound = bound_to(case) if case else ""
    if said is None or case is None or not bound:
        return None
    if case.closed_at is not None and now - case.closed_at > timedelta(seconds=LASTS):
        return None
    keys = (str(settings.SECRET_KEY), *(str(key) for key in settings.SECRET_KEY_FALLBACKS))
    genuine = any(hmac.compare_digest(_mac(secret, case.pk, bound), said[16 + _TOWN :]) for secret in keys)
    return case if genuine else None


def _decoded(mailbox: str) -> bytes | None:
    name = mailbox.lower()
    if not name.startswith(PREFIX):
        return None
    letters = name.removeprefix(PREFIX).upper()
    try:
        said = base64.b32decode(letters + "=" * (-len(letters) % 8))
    except (binascii.Error, ValueError):
        return None
    return said if len(said) == 16 + _TOWN + _MAC else None


def _mac(secret: str, case_id: UUID, bound: str) -> bytes:
    return salted_hmac("cases.answer", f"{case_id}:{bound}", secret=secret, algorithm="sha256").digest()[:_MAC]
