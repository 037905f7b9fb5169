"""A small LMTP (or SMTP) server for the mail server beside it: it says 250 once a message is committed, not before."""

import asyncio
import signal
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.db import close_old_connections, connections
from django.utils import timezone

from . import operations
from .operations import Verdict

LARGEST = 36 * 1024 * 1024  # bytes: 25 MB of files, as they are written in a message
MOST_RECIPIENTS, AT_ONCE, QUIET = 20, 2, 120.0  # QUIET in seconds

ANSWERS = {
    Verdict.TAKEN: "250 2.0.0 Taken",
    Verdict.REPEATED: "250 2.0.0 Taken before",
    Verdict.LATER: "451 4.7.1 Too many messages at once, come back later",
    Verdict.UNKNOWN: "550 5.1.1 Nobody here has this address",
    Verdict.REFUSED: "554 5.6.0 This message cannot be taken in; use the portal of the municipality",
}


class Handler:
    """Takes messages in, two at a time; each recipient has its own answer, as LMTP wants it."""

    def __init__(self, *, each: bool) -> None:
        self.each = each
        self.pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="inbound")

    async def handle_RCPT(  # noqa: N802 (the library calls it so)
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Refuse at once what nobody has: the mail server then tells the sender."""
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return "452 4.5.3 Too many recipients"
        if not await self._run(operations.is_known, address, now=timezone.now()):
            return ANSWERS[Verdict.UNKNOWN]
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 (see above)
        """Take the message in for each recipient; signed addresses first, so that an answer is one."""
        verdicts: dict[str, Verdict] = {}
        raw = envelope.original_content or b""
        for address in sorted(envelope.rcpt_tos, key=lambda address: not address.lower().startswith("re+")):
            verdicts[address] = await self._run(
                operations.take_in,
                raw,
                recipient=address,
                envelope_from=(envelope.mail_from or "").strip("<>"),
                now=timezone.now(),
            )
        told = [ANSWERS[verdicts[address]] for address in envelope.rcpt_tos]
        # SMTP has one answer for all: nothing is lost when a message comes again for one of them.
        return "\r\n".join(told) if self.each else max(told, key=lambda answer: answer.startswith("4"))

    async def _run(self, call: Any, *arguments: Any, **named: Any) -> Any:
        def work() -> Any:
            close_old_connections()
            try:
                return call(*arguments, **named)
            finally:
                close_old_connections()

        return await asyncio.get_running_loop().run_in_executor(self.pool, work)

    async def handle_exception(self, error: Exception) -> str:
        """Ask the mail server to keep the message: what fails here today works when it is mended."""
        import logging

        logging.getLogger(__name__).error("A message could not be taken in.", exc_info=error)
        return "451 4.3.0 Out of order for the moment, come back later"

    def close(self) -> None:
        """Finish what is being taken in, and let go of the database."""
        self.pool.submit(connections.close_all)
        self.pool.shutdown(wait=True)


async def serve(*, host: str, port: int, socket: str = "", smtp: bool = False, started: Any = None) -> None:
    """Listen until the process is asked to stop. `started(address)` hears when it does."""
    loop, handler, stop = asyncio.get_running_loop(), Handler(each=not smtp), asyncio.Event()
    kind = SMTP if smtp else LMTP

    def session() -> SMTP:
        return kind(handler, data_size_limit=LARGEST, hostname="parvis", ident="Parvis", timeout=QUIET, loop=loop)

    if socket:
        server = await loop.create_unix_server(session, socket)
    else:
        server = await loop.create_server(session, host, port)
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    if started is not None:
        started(socket or f"{host}:{server.sockets[0].getsockname()[1]}")
    try:
        await stop.wait()
    finally:
        server.close()
        handler.close()
