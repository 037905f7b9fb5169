"""What checkers need, published at well-known addresses (RFC 8615): the keys of all territories, the codes revoked."""

import hashlib
import json

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from .. import keyset, queries

KEYS_AGE, REVOKED_AGE = 3600, 60  # seconds that anybody may keep them without asking again


@require_safe
def keys(request: HttpRequest) -> HttpResponse:
    """The keys as a JWK set."""
    body = json.dumps(keyset.jwk_set(queries.published_keys(timezone.now())), ensure_ascii=False, indent=1)
    return _published(request, body.encode(), keyset.JWK_TYPE, KEYS_AGE)


@require_safe
def cose_keys(request: HttpRequest) -> HttpResponse:
    """The same keys as a COSE_KeySet."""
    body = keyset.cose_key_set(queries.published_keys(timezone.now()))
    return _published(request, body, keyset.COSE_TYPE, KEYS_AGE)


@require_safe
def revoked(request: HttpRequest) -> HttpResponse:
    """The identifiers of codes that hold no more, in hexadecimal, sorted."""
    body = json.dumps({"revoked": queries.revoked_codes(timezone.now())}, separators=(",", ":"))
    return _published(request, body.encode(), "application/json", REVOKED_AGE)


def _published(request: HttpRequest, body: bytes, content_type: str, age: int) -> HttpResponse:
    """Answer with a file that anybody may keep and read from anywhere; 304 to whoever has it."""
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Cache-Control": f"public, max-age={age}", "Access-Control-Allow-Origin": "*"}
    answer = HttpResponse(body, content_type=content_type, headers=headers)
    found = get_conditional_response(request, etag=etag, response=answer)
    assert found is not None
    return found
