"""A load on a web server: kept-alive connections, each sends its next request when the last is answered.

Run as a process of its own, by `hammer`: one thread, epoll, nothing parsed but the length of each answer.
"""

from __future__ import annotations

import json
import re
import select
import socket
import subprocess
import sys
import time
from dataclasses import dataclass

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


@dataclass(frozen=True)
class Result:
    """Answers a second, their 50th and 95th percentile (ms), how many there were, how many were not as expected."""

    rate: float
    p50: float
    p95: float
    n: int
    errors: int


def request(path: str, **headers: str) -> str:
    """Return a GET request as it goes over the line."""
    lines = [f"GET {path} HTTP/1.1", "Host: localhost", *(f"{k.replace('_', '-')}: {v}" for k, v in headers.items())]
    return "\r\n".join(lines) + "\r\n\r\n"


def hammer(port: int, requests: list[str], *, status: int = 200, seconds: float = 4, connections: int = 16) -> Result:
    """Send `requests` in turn over `connections` for `seconds`; every answer should have `status`."""
    order = {"port": port, "requests": requests, "status": status, "seconds": seconds, "connections": connections}
    done = subprocess.run(
        [sys.executable, "-m", "bench.stand.load"], input=json.dumps(order), capture_output=True, text=True, check=True
    )
    return Result(**json.loads(done.stdout))


def _whole(answer: bytes, status: bytes) -> tuple[bool, bool]:
    """Tell whether an answer is complete, and whether it is as expected."""
    head = answer.find(b"\r\n\r\n")
    if head < 0:
        return False, False
    length = _LENGTH.search(answer, 0, head + 2)
    expected = head + 4 + (int(length.group(1)) if length else 0)
    return len(answer) >= expected, answer.startswith(status, 9)


def _attack(port: int, requests: list[str], status: int, seconds: float, connections: int) -> dict[str, float]:
    wires, code = [text.encode() for text in requests], str(status).encode()
    poll = select.epoll()
    lines: dict[int, socket.socket] = {}
    since: dict[int, float] = {}
    partial: dict[int, bytes] = {}
    times: list[float] = []
    errors = turn = 0
    clock = time.perf_counter
    for _ in range(connections):
        line = socket.create_connection(("127.0.0.1", port))
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        lines[line.fileno()] = line
        poll.register(line.fileno(), select.EPOLLIN)
    begun = clock()
    for number, line in lines.items():
        since[number], partial[number] = clock(), b""
        line.send(wires[turn % len(wires)])
        turn += 1
    until = begun + seconds
    while (now := clock()) < until:
        for number, _event in poll.poll(1):
            line = lines[number]
            got = line.recv(262_144)
            if not got:
                raise SystemExit("The server closed a connection.")
            partial[number] += got
            complete, good = _whole(partial[number], code)
            if not complete:
                continue
            now = clock()
            times.append(now - since[number])
            errors += not good
            partial[number], since[number] = b"", now
            line.send(wires[turn % len(wires)])
            turn += 1
    spent = clock() - begun
    times.sort()
    at = {share: times[min(len(times) - 1, int(share * len(times)))] * 1000 for share in (0.5, 0.95)}
    return {"rate": len(times) / spent, "p50": at[0.5], "p95": at[0.95], "n": len(times), "errors": errors}


if __name__ == "__main__":
    print(json.dumps(_attack(**json.loads(sys.stdin.read()))))
