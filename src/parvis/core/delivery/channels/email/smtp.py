"""E-mail over SMTP, by Django's own backend; TLS and credentials come from the settings."""

import contextlib
import smtplib
from collections.abc import Sequence
from email.utils import formataddr
from types import TracebackType
from typing import Self

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.smtp import EmailBackend
from django.core.mail.message import BadHeaderError

from ..protocol import Down, Envelope, Outcome, Result


class SmtpAdapter:
    """One connection a turn. One message at a time, so that a crash can repeat only the one in flight."""

    batch = 1

    def __init__(self, channel: str) -> None:
        self.connection = EmailBackend()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        with contextlib.suppress(OSError, smtplib.SMTPException):
            self.connection.close()

    def send(self, envelopes: Sequence[Envelope]) -> Sequence[Result]:
        """Send each envelope over the open connection. Raises Down."""
        return [self._send(envelope) for envelope in envelopes]

    def _send(self, envelope: Envelope) -> Result:
        try:
            self.connection.open()
        except (OSError, smtplib.SMTPException) as error:
            raise Down(describe(error)) from error
        try:
            self.connection.send_messages([message_of(envelope)])
        except smtplib.SMTPRecipientsRefused as error:
            code, words = next(iter(error.recipients.values()), (550, b""))
            return self._refusal(envelope, code, words)
        except smtplib.SMTPDataError as error:
            return self._refusal(envelope, error.smtp_code, error.smtp_error)
        except (BadHeaderError, UnicodeError, ValueError) as error:
            return Result(envelope.id, Outcome.REFUSED, describe(error))
        except (OSError, smtplib.SMTPException) as error:
            self._hang_up()
            raise Down(describe(error), in_flight=True) from error
        return Result(envelope.id, Outcome.SENT)

    def _refusal(self, envelope: Envelope, code: int, words: bytes | str) -> Result:
        """RFC 5321, 4.2.1: 4xx asks to come back later, 5xx never to."""
        text = words.decode(errors="replace") if isinstance(words, bytes) else words
        if code == 421:  # the server is closing the line
            self._hang_up()
            raise Down(f"421 {text}", in_flight=True)
        return Result(envelope.id, Outcome.LATER if 400 <= code < 500 else Outcome.REFUSED, f"{code} {text}")

    def _hang_up(self) -> None:
        line = self.connection.connection
        self.connection.connection = None
        if line is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                line.close()


def message_of(envelope: Envelope) -> EmailMultiAlternatives:
    """Return the message that leaves, with its stable Message-ID."""
    headers = {"Message-ID": envelope.message_id, "Auto-Submitted": "auto-generated", **envelope.headers}
    reply_to = [headers.pop("Reply-To")] if "Reply-To" in headers else None
    message = EmailMultiAlternatives(
        subject=envelope.subject,
        body=envelope.text,
        from_email=envelope.sender or settings.DEFAULT_FROM_EMAIL,
        to=[formataddr((envelope.name, envelope.address)) if envelope.name else envelope.address],
        reply_to=reply_to,
        headers=headers,
    )
    if envelope.html:
        message.attach_alternative(envelope.html, "text/html")
    return message


def describe(error: BaseException) -> str:
    """Return an error in a few words, for the staff who look after the mail server."""
    return f"{type(error).__name__}: {error}"[:300]
