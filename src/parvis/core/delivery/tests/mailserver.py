"""A mail server on the loopback that can be told to refuse, to hang up and to take its time."""

import contextlib
import socket
import threading
import time
from collections.abc import Callable
from email import message_from_bytes
from email.message import Message
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class Box:
    """What has arrived. `answer(recipient)` may return an SMTP refusal; `hang_up_at` counts messages from 1."""

    def __init__(self) -> None:
        self.arrived: list[Message] = []
        self.lines = 0
        self.begun = 0
        self.answer: Callable[[str], str | None] = lambda recipient: None
        self.hang_up_at: set[int] = set()
        self.pause_at: dict[int, threading.Event] = {}
        self.slow = 0.0

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        """Count the connections."""
        self.lines += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take or refuse a recipient."""
        refusal = self.answer(address)
        if refusal:
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Keep the message; then wait, or hang up before saying so, when told to."""
        self.begun += 1
        number = self.begun
        if number in self.hang_up_at:
            server.transport.close()
            return "421 bye"
        self.arrived.append(message_from_bytes(envelope.content))
        if number in self.pause_at:
            import asyncio

            await asyncio.get_running_loop().run_in_executor(None, self.pause_at[number].wait, 60)
        if self.slow:
            import asyncio

            await asyncio.sleep(self.slow)
        return "250 taken"

    @property
    def ids(self) -> list[str]:
        """The Message-IDs in the order of arrival."""
        return [str(message["Message-ID"]) for message in self.arrived]


class _Quiet(Controller):
    def factory(self) -> SMTP:
        return SMTP(self.handler, **self.SMTP_kwargs)


class MailServer:
    """A server that can be started and stopped on one port, with the same box."""

    def __init__(self) -> None:
        self.box, self.port = Box(), free_port()
        self.controller: Any = None

    def start(self) -> None:
        """Answer from now on."""
        self.controller = _Quiet(self.box, hostname="127.0.0.1", port=self.port, ready_timeout=15)
        self.controller.start()

    def stop(self) -> None:
        """Refuse connections from now on."""
        if self.controller is not None:
            with contextlib.suppress(RuntimeError):
                self.controller.stop()
            self.controller = None

    def environment(self) -> dict[str, str]:
        """What a worker needs to send here."""
        return {"PARVIS_SMTP_HOST": "127.0.0.1", "PARVIS_SMTP_PORT": str(self.port), "PARVIS_FROM_EMAIL": "p@ici.test"}


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def wait_until(condition: Callable[[], object], seconds: float = 30.0) -> None:
    """Wait until the condition holds. Raises AssertionError after `seconds`."""
    ends = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < ends, "this did not happen in time"
        time.sleep(0.05)
