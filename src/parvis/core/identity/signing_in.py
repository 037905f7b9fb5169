"""Where and how somebody signed in: the history its owner reads, the last sign of life, the second factor."""

import ipaddress
from datetime import datetime, timedelta
from uuid import UUID

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils import timezone

from .models import Account, SignIn

SEEN_EVERY = timedelta(minutes=5)
KEPT = timedelta(days=365)


def network_of(address: str) -> str:
    """Return the network of an address (its last part left out): enough to recognise, too little to follow."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return ""
    bits = 24 if parsed.version == 4 else 48
    return str(ipaddress.ip_network(f"{parsed}/{bits}", strict=False).network_address)


def note_sign_in(request: HttpRequest, person_id: UUID, *, method: str, succeeded: bool = True) -> None:
    """Write one line of the sign-in history and forget what is older than a year."""
    now = timezone.now()
    SignIn.objects.create(
        person_id=person_id,
        at=now,
        method=method,
        succeeded=succeeded,
        network=network_of(get_adapter().get_client_ip(request)),
        device=get_adapter().get_http_user_agent(request)[:200],
    )
    SignIn.objects.filter(person_id=person_id, at__lt=now - KEPT).delete()


def method_of(request: HttpRequest, account: Account) -> str:
    """Return how this session was opened: password, code, passkey, demo; ``+mfa`` when a second factor followed."""
    records = get_authentication_records(request, account)
    names = [record["method"] for record in records]
    if any(record.get("passwordless") for record in records):
        return "passkey"
    first = next((name for name in names if name != "mfa"), "mfa" if names else "unknown")
    return f"{first}+mfa" if "mfa" in names and first != "mfa" else first


def has_second_factor(request: HttpRequest) -> bool:
    """Tell whether this session went through a second factor (or a passkey, which is two in one)."""
    return any(record["method"] == "mfa" for record in get_authentication_records(request, request.user))


def proved_lately(request: HttpRequest) -> bool:
    """Tell whether this session proved whose it is (password, code, passkey, second factor) a short while ago."""
    proofs = [record["at"] for record in get_authentication_records(request, request.user)]
    return bool(proofs) and timezone.now().timestamp() - max(proofs) < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


def owns_second_factor(account: Account | AnonymousUser) -> bool:
    """Tell whether the account has an authenticator app or a passkey."""
    return Authenticator.objects.filter(user_id=account.pk).exclude(type=Authenticator.Type.RECOVERY_CODES).exists()


def mark_second_factor(request: HttpRequest, account: Account, kind: str) -> None:
    """Note in the session that a second factor was just proven."""
    record_authentication(request, account, "mfa", type=kind)


def note_presence(request: HttpRequest, now: datetime) -> None:
    """Keep the session's last sign of life, at most every five minutes."""
    key = request.session.session_key
    if key is None:
        return
    seen = request.session.get("seen_at", 0)
    if now.timestamp() - seen < SEEN_EVERY.total_seconds():
        return
    request.session["seen_at"] = int(now.timestamp())
    UserSession.objects.filter(session_key=key, user_id=request.user.pk).update(last_seen_at=now)
