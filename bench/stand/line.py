"""A line to the web server that counts what goes over it, address by address: workers and caches included.

The browser's own count leaves out what its workers fetch; what it takes from its cache never comes by here.
"""

from __future__ import annotations

import http.client
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Line(ThreadingHTTPServer):
    """Passes requests on to `server` (a port of this machine) and counts the bytes of each answer, head included."""

    daemon_threads = True

    def __init__(self, server: int) -> None:
        self.server = server
        self.bytes: Counter[str] = Counter()
        super().__init__(("127.0.0.1", 0), _Passing)

    def kilobytes(self, within: str = "/") -> tuple[float, int]:
        """Return kB (of 1000 bytes) and number of addresses, of those that contain `within`."""
        sizes = [size for address, size in self.bytes.items() if within in address]
        return sum(sizes) / 1000, len(sizes)


class _Passing(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Line

    def do_GET(self) -> None:
        """Pass one request on, and its answer back."""
        upstream = http.client.HTTPConnection("127.0.0.1", self.server.server, timeout=60)
        upstream.request("GET", self.path, headers=dict(self.headers.items()))
        answer = upstream.getresponse()
        body = answer.read()
        self.send_response_only(answer.status, answer.reason)
        for name, value in answer.getheaders():
            if name.lower() not in {"transfer-encoding", "content-length", "connection"}:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        head = sum(len(part) for part in self._headers_buffer)  # type: ignore[attr-defined]
        self.end_headers()
        self.wfile.write(body)
        self.server.bytes[self.path] += head + len(body)
        upstream.close()

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


@contextmanager
def counted_line(server: int) -> Iterator[Line]:
    """Open a line to a port of this machine for the length of this block."""
    line = Line(server)
    thread = threading.Thread(target=line.serve_forever, daemon=True)
    thread.start()
    try:
        yield line
    finally:
        line.shutdown()
        line.server_close()
