"""Text messages through Twilio's Messages API, over HTTPS.

Sources: Twilio's reference of the Message resource (2010-04-01), of its errors, and of the signature of its callbacks
(X-Twilio-Signature). Any provider with the same API can stand at ``PARVIS_SMS_URL``.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings

from ..protocol import Down, Envelope, Outcome, Result
from .channel import parts

if TYPE_CHECKING:
    import httpx

SECONDS = 15.0
# Numbers that will never take a message: not a number, not a mobile one, blocked by its owner, out of our region.
_NEVER = frozenset({21211, 21217, 21408, 21610, 21612, 21614, 21617})
_TOO_MANY = frozenset({14107, 20429, 21611, 63017})


class TwilioAdapter:
    """One connection a turn. One message at a time: the provider knows no repeat, so a crash repeats one at most."""

    batch = 1

    def __init__(self, channel: str) -> None:
        import httpx  # heavy: only a worker that sends text messages loads it

        account = settings.SMS_ACCOUNT
        self.client = httpx.Client(
            base_url=f"{settings.SMS_URL}/2010-04-01/Accounts/{account}/",
            auth=(account, settings.SMS_SECRET),
            timeout=SECONDS,
            trust_env=False,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        self.client.close()

    def send(self, envelopes: Sequence[Envelope]) -> Sequence[Result]:
        """Send each envelope. Raises Down when the provider does not answer, or does not know us."""
        return [self._send(envelope) for envelope in envelopes]

    def _send(self, envelope: Envelope) -> Result:
        sender = "MessagingServiceSid" if settings.SMS_FROM.startswith("MG") else "From"
        import httpx

        form = {"To": envelope.address, sender: settings.SMS_FROM, "Body": envelope.text, **_callback()}
        try:
            answer = self.client.post("Messages.json", data=form)
        except httpx.HTTPError as error:
            in_flight = not isinstance(error, httpx.ConnectError | httpx.ConnectTimeout)
            raise Down(f"{type(error).__name__}: {error}"[:300], in_flight=in_flight) from error
        return _read(envelope, answer)


def _callback() -> dict[str, str]:
    """Ask to be told what becomes of the message; a machine without a public address asks nothing."""
    url = settings.PUBLIC_URL
    return {"StatusCallback": callback_url()} if url.startswith("https://") else {}


def callback_url() -> str:
    """Return where the provider says what became of a message: the address it also signs."""
    return f"{settings.PUBLIC_URL.rstrip('/')}/fournisseurs/textos/etat/"


def _read(envelope: Envelope, answer: httpx.Response) -> Result:
    """Return what an answer means. Raises Down for those that concern every message."""
    said = _json(answer)
    code, words = said.get("code") or 0, str(said.get("message", ""))
    detail = f"{code or answer.status_code} {words}".strip()[:300]
    if answer.status_code in {200, 201}:
        segments = str(said.get("num_segments") or "")
        billed = int(segments) if segments.isdigit() and int(segments) else parts(envelope.text)
        return Result(envelope.id, Outcome.SENT, reference=str(said.get("sid", "")), parts=billed)
    if code in _NEVER:
        return Result(envelope.id, Outcome.REFUSED, detail)
    if answer.status_code == 429 or code in _TOO_MANY:
        return Result(envelope.id, Outcome.LATER, detail)
    if answer.status_code in {401, 403, 404} or answer.status_code >= 500:
        raise Down(detail)  # our account, or the provider itself: nobody's message can leave
    return Result(envelope.id, Outcome.REFUSED, detail)


def _json(answer: httpx.Response) -> dict[str, Any]:
    try:
        said = answer.json()
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def is_signed(url: str, fields: Iterable[tuple[str, str]], signature: str) -> bool:
    """Tell whether a callback was signed with our secret: HMAC-SHA1 of the address and the sorted fields."""
    text = url + "".join(f"{name}{value}" for name, value in sorted(fields))
    made = hmac.new(settings.SMS_SECRET.encode(), text.encode(), hashlib.sha1).digest()
    return bool(settings.SMS_SECRET) and hmac.compare_digest(base64.b64encode(made).decode(), signature)
