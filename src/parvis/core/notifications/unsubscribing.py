"""The signed link by which a mail is unsubscribed from, without signing in (RFC 2369, RFC 8058)."""

from dataclasses import dataclass
from uuid import UUID

from django.core import signing
from django.urls import reverse

from parvis.core.tenancy.addresses import absolute, territory_path
from parvis.core.tenancy.models import Territory
from parvis.lib.errors import NotFound

ALL_DIGESTS = "*"
_SIGNER = signing.Signer(salt="notifications.unsubscribe", sep=".")


@dataclass(frozen=True, slots=True)
class Way:
    """What a link is about: one person, one topic (or all of a digest's), one channel."""

    person_id: UUID
    topic: str
    channel: str = "email"


def token_of(way: Way) -> str:
    """Return the token of a link; it never ends: a mail may be found again after years."""
    return _SIGNER.sign_object([way.person_id.hex, way.topic, way.channel])


def way_of(token: str) -> Way:
    """Return what a token is about. Raises NotFound, whatever is wrong with it."""
    try:
        person, topic, channel = _SIGNER.unsign_object(token)
        return Way(UUID(hex=person), topic, channel)
    except (signing.BadSignature, ValueError, TypeError):
        raise NotFound


def headers_of(way: Way, territory: Territory, language: str) -> dict[str, str]:
    """Return the two headers that make a mail program offer one-click unsubscription."""
    path = reverse("preferences:unsubscribe", args=[token_of(way)])
    url = absolute(territory_path(territory, language, path))
    return {"List-Unsubscribe": f"<{url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
