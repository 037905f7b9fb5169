"""What stands between the network and Django: an event loop that waits for slow people, so that no thread does.

Granian hands each request to `Front` on its event loop. The body is read here, whole, under limits of silence, time and
size (past a megabyte into a file), and only then does one of a few threads run Django. A large or generated answer is
made in one go and leaves from here too, at the reader's own pace. A telephone on a weak line, or somebody who opens
connections and says nothing, therefore holds neither a thread nor a transaction.
"""

from __future__ import annotations

import asyncio
import logging
import queue
import sys
import tempfile
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from io import BytesIO
from typing import IO, Any

log = logging.getLogger(__name__)

Answer = tuple[int, list[tuple[str, str]], "bytes | IO[bytes]"]
_IN_MEMORY = 1024 * 1024
_PIECE = 256 * 1024
_ENOUGH_TO_DRAIN = 4
"""A body is thrown away up to this many times what is accepted, so that its sender gets to read the refusal."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a request may cost. Bytes and seconds; `silence` is between two pieces, of a body or of an answer."""

    body: int
    silence: float = 20.0
    whole: float = 600.0


class _TooSlow(Exception):
    """The sender says nothing, or goes on for too long."""


class Front:
    """A WSGI application behind an event loop, as an RSGI application of Granian's.

    `threads` requests run at a time; the others wait here, in the order in which they were complete.
    """

    def __init__(self, application: Callable[..., Iterable[bytes]], *, threads: int, limits: Limits) -> None:
        self._application = application
        self._limits = limits
        self._threads = threads
        self._work: queue.SimpleQueue[tuple[asyncio.Future[Answer], dict[str, Any]] | None] = queue.SimpleQueue()
        self._running: list[threading.Thread] = []

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Start the threads, in the worker's own process."""
        self._loop = loop
        for number in range(self._threads):
            thread = threading.Thread(target=self._run, name=f"django-{number}", daemon=True)
            thread.start()
            self._running.append(thread)

    def __rsgi_del__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Let the threads finish what they are doing, and close their lines to the database."""
        for _ in self._running:
            self._work.put(None)
        for thread in self._running:
            thread.join(10)

    # -- on the event loop ------------------------------------------------------------------------------

    async def __rsgi__(self, scope: Any, protocol: Any) -> None:
        """Answer one request."""
        headers = scope.headers.items()
        try:
            body, length = await self._body(scope, protocol, headers)
        except _TooSlow:
            protocol.response_str(
                408, [("content-type", "text/plain; charset=utf-8"), ("connection", "close")], "Too slow.\n"
            )
            return
        answered: asyncio.Future[Answer] = self._loop.create_future()
        self._work.put((answered, environ(scope, headers, body, length)))
        status, told, content = await answered
        if isinstance(content, bytes):
            protocol.response_bytes(status, told, content)
        else:
            await self._send(protocol, status, told, content)

    async def _body(self, scope: Any, protocol: Any, headers: list[tuple[str, str]]) -> tuple[IO[bytes], int]:
        """Read the body and return it with its length. One that is too large is not kept: Django says so."""
        sent = {name: value for name, value in headers if name in ("content-length", "transfer-encoding")}
        told = int(sent.get("content-length") or 0)
        if not told and "transfer-encoding" not in sent:
            return BytesIO(), 0
        body, length, limits = tempfile.SpooledTemporaryFile(_IN_MEMORY), 0, self._limits  # noqa: SIM115
        pieces = aiter(protocol)
        try:
            async with asyncio.timeout(limits.whole):
                while length <= limits.body * _ENOUGH_TO_DRAIN:
                    async with asyncio.timeout(limits.silence):
                        piece = await pieces.__anext__()  # not anext(…, None): it wants more of Granian's awaitables
                    length += len(piece)
                    if length <= limits.body:
                        body.write(piece)
        except StopAsyncIteration:
            pass
        except TimeoutError:
            body.close()
            raise _TooSlow from None
        except BaseException:
            body.close()
            raise
        body.seek(0)
        return body, length  # type: ignore[return-value]

    async def _send(self, protocol: Any, status: int, headers: list[tuple[str, str]], content: IO[bytes]) -> None:
        """Send what was made, as fast as the reader takes it."""
        with content:
            line = protocol.response_stream(status, headers)
            while piece := content.read(_PIECE):
                async with asyncio.timeout(self._limits.silence * 3):
                    await line.send_bytes(piece)

    # -- in a thread ------------------------------------------------------------------------------------

    def _run(self) -> None:
        while (work := self._work.get()) is not None:
            answered, asked = work
            try:
                answer = self._answer(asked)
            except BaseException:  # Django answers errors itself: this is a fault of the house around it
                log.exception("A request was not answered")
                answer = (500, [("content-type", "text/plain")], b"")
            finally:
                asked["wsgi.input"].close()
            self._loop.call_soon_threadsafe(_tell, answered, answer)
        from django.db import connections

        connections.close_all()

    def _answer(self, asked: dict[str, Any]) -> Answer:
        status, headers = 500, [("content-type", "text/plain")]

        def start(line: str, told: list[tuple[str, str]], _error: object = None) -> None:
            nonlocal status, headers
            status, headers = int(line[:3]), told

        content = self._application(asked, start)
        try:
            return status, headers, _gathered(content)
        finally:
            if close := getattr(content, "close", None):
                close()


def _tell(answered: asyncio.Future[Answer], answer: Answer) -> None:
    if not answered.cancelled():
        answered.set_result(answer)
    elif not isinstance(answer[2], bytes):
        answer[2].close()


def _gathered(content: Iterable[bytes]) -> bytes | IO[bytes]:
    """Return what Django answers: a text as it is, what is long in a file."""
    pieces: list[bytes] = []
    size = 0
    stream = iter(content)
    for piece in stream:
        pieces.append(piece)
        size += len(piece)
        if size > _IN_MEMORY:
            break
    else:
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)
    file = tempfile.TemporaryFile()  # noqa: SIM115 — whoever sends it closes it
    try:
        file.writelines(pieces)
        file.writelines(stream)
        file.seek(0)
    except BaseException:
        file.close()
        raise
    return file


def environ(scope: Any, headers: list[tuple[str, str]], body: IO[bytes], length: int) -> dict[str, Any]:
    """Return what a WSGI application is told of a request (PEP 3333)."""
    host, _, port = scope.server.rpartition(":")
    asked: dict[str, Any] = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": host,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": scope.client.rpartition(":")[0].strip("[]"),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": body,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in headers:
        key = name.upper().replace("-", "_")
        if "_" in name or key in ("CONTENT_LENGTH", "TRANSFER_ENCODING"):
            continue  # an underscore would pass for a hyphen, which proxies rely on; the length is the one read
        key = key if key == "CONTENT_TYPE" else f"HTTP_{key}"
        if key in asked:
            value = f"{asked[key]}{';' if key == 'HTTP_COOKIE' else ','} {value}"
        asked[key] = value
    if scope.authority:  # HTTP/2 has no Host
        asked.setdefault("HTTP_HOST", scope.authority)
    if length:
        asked["CONTENT_LENGTH"] = str(length)
    return asked
