"""Messages to browsers (RFC 8030): sealed for the device, signed with the instance's key, posted to its push service.

The address was told by a browser, and so by anybody: the call goes through `lib.outbound`, which is not led inside.
"""

import hashlib
import json
from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from parvis.core.delivery.channels.protocol import Envelope, Outcome, Result
from parvis.core.identity import sealing
from parvis.lib import webpush
from parvis.lib.outbound import Answer, NoAnswer, Obstacle, call

from .models import PushKey
from .operations.devices import forget_device

KEPT_FOR = 3 * 24 * 3600  # seconds a push service keeps a message for a device that is off
FEW_LETTERS = 600  # of the text: a device shows a few lines
SECONDS = 10.0
_NO_LINE = frozenset({Obstacle.NO_CONNECTION, Obstacle.UNKNOWN_HOST, Obstacle.TIMEOUT, Obstacle.BROKEN})


def own_key() -> int:
    """Return the instance's private key, made and sealed the first time. Raises sealing.Unreadable."""
    with transaction.atomic():
        row = PushKey.objects.first()
        if row is None:
            private = webpush.new_private()
            made = PushKey(public=webpush.public_of(private), sealed=sealing.seal(str(private)))
            PushKey.objects.bulk_create([made], ignore_conflicts=True)  # two workers at once: one key
            row = PushKey.objects.get()
        return int(sealing.unseal(row.sealed))


def public_key() -> str:
    """Return what browsers subscribe with: the public half of the instance's key."""
    row = PushKey.objects.first()
    return row.public if row is not None else webpush.public_of(own_key())


def reseal_key() -> int:
    """Seal the key with the one now in use; return how many. Raises sealing.Unreadable."""
    with transaction.atomic():
        rows = list(PushKey.objects.select_for_update())
        for row in rows:
            row.sealed = sealing.reseal(row.sealed)
            row.save(update_fields=["sealed"])
    return len(rows)


class WebPushAdapter:
    """Posts each message to its device's own push service. One at a time: a repeat replaces the first (`Topic`)."""

    batch = 1

    def __init__(self, channel: str) -> None:
        self.key = own_key()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        return None

    def send(self, envelopes: Sequence[Envelope]) -> Sequence[Result]:
        """Send each envelope. One device's push service may be down without the others': nothing raises Down."""
        return [self._send(envelope) for envelope in envelopes]

    def _send(self, envelope: Envelope) -> Result:
        device = json.loads(envelope.address)
        try:
            body = webpush.seal(_words(envelope), webpush.Keys(device["keys"]["p256dh"], device["keys"]["auth"]))
            answer = _post(device["endpoint"], body, self._headers(device["endpoint"], envelope))
        except webpush.NotSealable as error:
            return Result(envelope.id, Outcome.REFUSED, str(error))
        except NoAnswer as none:
            outcome = Outcome.LATER if none.obstacle in _NO_LINE else Outcome.REFUSED
            return Result(envelope.id, outcome, str(none)[:300])
        return _read(envelope, device["endpoint"], answer)

    def _headers(self, endpoint: str, envelope: Envelope) -> dict[str, str]:
        contact = f"mailto:{settings.DEFAULT_FROM_EMAIL.rpartition('<')[2].rstrip('>')}"
        return {
            "TTL": str(KEPT_FOR),
            "Urgency": "high" if envelope.headers.get("urgent") else "normal",
            # The same message again, after a crash, takes the place of the first in the push service (RFC 8030, 5.4).
            "Topic": hashlib.sha256(envelope.message_id.encode()).hexdigest()[:32],
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "Authorization": webpush.authorization(endpoint, self.key, contact=contact, now=timezone.now().timestamp()),
        }


def _post(endpoint: str, body: bytes, headers: dict[str, str]) -> Answer:
    return call("POST", endpoint, content=body, headers=headers, allowed=settings.OUTBOUND_NETWORKS, seconds=SECONDS)


def _words(envelope: Envelope) -> bytes:
    """Return what the service worker shows: a title, a few lines, where it leads, and a tag so that a repeat is one."""
    said: dict[str, Any] = {
        "title": envelope.subject,
        "body": envelope.text[:FEW_LETTERS],
        "url": envelope.headers.get("url", ""),
        "tag": envelope.message_id,
    }
    return json.dumps(said, ensure_ascii=False).encode()


def _read(envelope: Envelope, endpoint: str, answer: Answer) -> Result:
    """Return what a push service's answer means (RFC 8030, 5 and 7.3)."""
    words = answer.body[:200].decode(errors="replace")
    detail = f"{answer.status} {words}".strip()
    if answer.status in {200, 201, 202, 204}:
        return Result(envelope.id, Outcome.SENT, reference=answer.headers.get("location", "")[-80:])
    if answer.status in {404, 410}:  # the subscription is over: the browser took it back, or was reset
        forget_device(endpoint=endpoint)
        return Result(envelope.id, Outcome.REFUSED, detail)
    if answer.status == 429 or answer.status >= 500:
        return Result(envelope.id, Outcome.LATER, detail)
    return Result(envelope.id, Outcome.REFUSED, detail)
