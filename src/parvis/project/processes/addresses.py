"""Where the web server listens, and whether it may."""

from __future__ import annotations

import errno
import ipaddress
import os
import socket
import time
import urllib.error
import urllib.request

from parvis.project.obstacle import Obstacle


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach `host`."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def require_private(host: str) -> None:
    """Refuse to show the demo, where anybody signs in as anybody, on a public address, unless told to."""
    if not is_loopback(host) and os.environ.get("PARVIS_DEMO_PUBLIC") != "1":
        raise Obstacle(
            f"The demo lets anybody sign in as anybody, and {host} can be reached from other machines.",
            "Use 127.0.0.1, or add --public (PARVIS_DEMO_PUBLIC=1) if that is what you want.",
        )


def require_free(host: str, port: int, *, patience: float = 0.0) -> None:
    """Make sure that the port can be listened on, within `patience` seconds. Raises Obstacle.

    A server that was killed holds its port until the system has cleared its processes away: whoever starts the next one
    at once waits for that.
    """
    given_up = time.monotonic() + patience
    while error := _obstacle(host, port):
        if error.errno != errno.EADDRINUSE or time.monotonic() >= given_up:
            raise _refused(host, port, error) from error
        time.sleep(0.1)


def _obstacle(host: str, port: int) -> OSError | None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # As the server does: an address whose old connections linger is free, one that is listened on is not.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host.strip("[]"), port))
        except OSError as error:
            return error
    return None


def _refused(host: str, port: int, error: OSError) -> Obstacle:
    if error.errno == errno.EADDRINUSE:
        return Obstacle(
            f"Port {port} is taken by another program (perhaps a demo that is already running).",
            f"Stop that program, or choose another port: PORT={port + 1}.",
        )
    if error.errno in (errno.EACCES, errno.EPERM):
        return Obstacle(f"This user may not listen on port {port}.", "Choose a port above 1023: PORT=8000.")
    return Obstacle(f"{host} is not an address of this machine ({error.strerror}).", "Use 127.0.0.1.")


def answers(url: str) -> bool:
    """Whether a GET of `url` (on this machine) gives status 200."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # never through a proxy: it is local
    try:
        with opener.open(url, timeout=5) as response:
            return response.status == 200
    except (OSError, urllib.error.URLError):
        return False
