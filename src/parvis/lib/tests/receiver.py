"""A real receiver on this machine, which fails as it is told: what it was sent, and what it answers."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Got:
    """One request as it arrived."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """What it will answer, in order (the last one for ever): a status, or (status, headers, body), or a word.

    ``hang``: never answers. ``drip``: a byte now and then. ``endless``: a body without end. ``cut``: hangs up.
    """

    answers: list[object] = field(default_factory=lambda: [204])
    got: list[Got] = field(default_factory=list)
    port: int = 0
    patience: float = 30.0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/crochet"

    def next_answer(self) -> object:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@contextmanager
def receiving(**given: object) -> Iterator[Receiver]:
    """Listen on a free port until the end of the block."""
    receiver = Receiver(**given)
    leaving = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            said = {name.lower(): value for name, value in self.headers.items()}
            receiver.got.append(Got(self.path, said, body))
            answer = receiver.next_answer()
            if isinstance(answer, str):
                self._misbehave(answer)
                return
            status, headers, text = answer if isinstance(answer, tuple) else (answer, {}, b"")
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        do_GET = do_POST

        def _misbehave(self, how: str) -> None:
            self.close_connection = True
            if how == "hang":
                leaving.wait(receiver.patience)
            elif how == "drip":
                for _ in range(int(receiver.patience * 5)):
                    self.wfile.write(b"H")
                    if leaving.wait(0.2):
                        return
            elif how == "endless":
                self.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
                while not leaving.is_set():
                    self.wfile.write(b"x" * 65_536)

        def handle(self) -> None:
            try:
                super().handle()
            except OSError:
                return  # the caller hung up, as it should

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    receiver.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        leaving.set()
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)
        time.sleep(0)
