"""Devices that signed in before: a stranger who guesses at somebody's password does not lock them out of their own.

Tries are counted by account for strangers together, and apart for each device that carries this signed cookie. It opens
nothing by itself.
"""

import secrets
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

COOKIE = "parvis_device"
SALT = "parvis.known_device"
KEPT = timedelta(days=400)
MOST = 8  # accounts that share one device


def _read(request: HttpRequest) -> tuple[str, list[str]]:
    try:
        said = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=KEPT)
        return str(said["device"]), [str(key) for key in said["accounts"]]
    except (signing.BadSignature, KeyError, TypeError):
        return secrets.token_urlsafe(12), []


def device_known_to(request: HttpRequest, account_id: UUID | None) -> str:
    """Return the name of this device if the account signed in from it before, else nothing."""
    device, accounts = _read(request)
    return device if account_id is not None and str(account_id) in accounts else ""


def remember(request: HttpRequest, response: HttpResponse, account_id: UUID) -> None:
    """Let the device be known to an account that has just signed in."""
    device, accounts = _read(request)
    accounts = [str(account_id), *(key for key in accounts if key != str(account_id))][:MOST]
    response.set_cookie(
        COOKIE,
        signing.dumps({"device": device, "accounts": accounts}, salt=SALT),
        max_age=KEPT,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
