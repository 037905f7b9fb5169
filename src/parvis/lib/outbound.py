"""Call a machine outside the house at an address that somebody typed, without being led back inside.

The name is resolved here, every address it stands for is looked at, and the connection goes to the address that was
looked at (a second look-up could answer otherwise). Redirects are not followed, proxies of the environment not used;
time and size have limits. Private networks, this machine, link-local and metadata addresses are refused unless the
operator allows a network.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import httpx

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

CONNECT_SECONDS, SILENCE_SECONDS, ALL_SECONDS = 5.0, 10.0, 15.0
MOST_BYTES = 64 * 1024
TRIED = 2  # addresses of a name that are tried, one after the other
_NAT64 = ip_network("64:ff9b::/96")


class Obstacle(StrEnum):
    """Why there is no answer."""

    WRONG_ADDRESS = "wrong_address"
    FORBIDDEN = "forbidden"
    UNKNOWN_HOST = "unknown_host"
    NO_CONNECTION = "no_connection"
    CERTIFICATE = "certificate"
    TIMEOUT = "timeout"
    BROKEN = "broken"


class NoAnswer(Exception):
    """The other machine was not reached, did not answer in time, or may not be called."""

    def __init__(self, obstacle: Obstacle, detail: str = "", seconds: float = 0.0) -> None:
        super().__init__(f"{obstacle}: {detail}" if detail else str(obstacle))
        self.obstacle, self.detail, self.seconds = obstacle, detail, seconds


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: `body` is cut at the limit asked for, `seconds` is how long it took."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    seconds: float
    is_cut: bool = False


def networks(text: str) -> tuple[Network, ...]:
    """Return the networks of a list with commas, such as ``10.1.0.0/16, 127.0.0.1``. Raises ValueError."""
    return tuple(ip_network(part.strip(), strict=False) for part in text.split(",") if part.strip())


def is_public(address: Address) -> bool:
    """Tell whether an address belongs to the public Internet, also when it wraps one of the older kind."""
    if isinstance(address, IPv6Address):
        wrapped = address.ipv4_mapped or address.sixtofour
        if address in _NAT64:
            wrapped = IPv4Address(address.packed[-4:])
        if wrapped is not None:
            return is_public(wrapped)
        if address.teredo is not None:
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def check_url(url: str, *, allowed: Sequence[Network] = ()) -> httpx.URL:
    """Return an address that may be kept: https, a host, no password, no fragment. Raises NoAnswer.

    Plain http is accepted only where the operator allows networks, and then only towards them. What the name stands for
    is looked at when it is called.
    """
    import httpx

    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, UnicodeError, ValueError) as error:
        raise NoAnswer(Obstacle.WRONG_ADDRESS, "cannot be read") from error
    if parsed.scheme not in ({"https", "http"} if allowed else {"https"}):
        raise NoAnswer(Obstacle.WRONG_ADDRESS, "https only")
    if not parsed.host or parsed.userinfo or parsed.fragment or not 0 < (parsed.port or 443) < 65_536:
        raise NoAnswer(Obstacle.WRONG_ADDRESS, "a host, no password, nothing behind #")
    if (literal := _literal(parsed.host)) is not None:
        _look_at([literal], parsed.scheme, allowed)
    return parsed


def call(
    method: str,
    url: str,
    *,
    content: bytes = b"",
    headers: Mapping[str, str] | None = None,
    allowed: Sequence[Network] = (),
    most_bytes: int = MOST_BYTES,
    seconds: float = ALL_SECONDS,
) -> Answer:
    """Send one request and return the answer, whatever its status (a redirect too). Raises NoAnswer.

    It takes `seconds` at the most, in a thread of its own: never call it inside a transaction.
    """
    started = monotonic()
    work = _within(seconds, method, check_url(url, allowed=allowed), content, dict(headers or {}), allowed, most_bytes)
    with ThreadPoolExecutor(max_workers=1) as thread:  # the caller's thread may have a loop of its own
        try:
            status, said, body, is_cut = thread.submit(asyncio.run, work).result()
        except NoAnswer as none:
            raise NoAnswer(none.obstacle, none.detail, monotonic() - started) from none
    return Answer(status, said, body, monotonic() - started, is_cut)


_Said = tuple[int, dict[str, str], bytes, bool]


async def _within(
    seconds: float,
    method: str,
    url: httpx.URL,
    content: bytes,
    headers: dict[str, str],
    allowed: Sequence[Network],
    most_bytes: int,
) -> _Said:
    import httpx

    try:
        async with asyncio.timeout(seconds):
            addresses = await _resolve(url)
            _look_at(addresses, url.scheme, allowed)
            for address in addresses[: TRIED - 1]:
                try:
                    return await _ask(method, url, address, content, headers, most_bytes)
                except (httpx.ConnectError, httpx.ConnectTimeout):
                    continue
            return await _ask(method, url, addresses[min(len(addresses), TRIED) - 1], content, headers, most_bytes)
    except (TimeoutError, httpx.TimeoutException) as error:
        raise NoAnswer(Obstacle.TIMEOUT) from error
    except httpx.ConnectError as error:
        if isinstance(_root(error), ssl.SSLError):
            raise NoAnswer(Obstacle.CERTIFICATE, str(_root(error))[:200]) from error
        raise NoAnswer(Obstacle.NO_CONNECTION, str(error)[:200]) from error
    except httpx.HTTPError as error:
        raise NoAnswer(Obstacle.BROKEN, str(error)[:200]) from error


async def _resolve(url: httpx.URL) -> list[Address]:
    """Return what the host stands for, each address once, in the order of the resolver."""
    host = url.raw_host.decode("ascii").strip("[]")
    port = url.port or (443 if url.scheme == "https" else 80)
    try:
        rows = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NoAnswer(Obstacle.UNKNOWN_HOST, host[:100]) from error
    return list(dict.fromkeys(ip_address(str(row[4][0]).partition("%")[0]) for row in rows))


def _look_at(addresses: Sequence[Address], scheme: str, allowed: Sequence[Network]) -> None:
    """Raise NoAnswer unless every address may be called; without TLS, only those the operator allows."""
    for address in addresses:
        may = any(address in network for network in allowed)
        if not may and (scheme != "https" or not is_public(address)):
            raise NoAnswer(Obstacle.FORBIDDEN, "https only" if is_public(address) else "not a public address")


async def _ask(
    method: str, url: httpx.URL, address: Address, content: bytes, headers: dict[str, str], most_bytes: int
) -> _Said:
    """Ask the machine at this very address, under the name of the URL (in `Host` and in its certificate)."""
    import httpx

    host = url.raw_host.decode("ascii")
    extensions = {} if _literal(host) is not None else {"sni_hostname": host}
    timeout = httpx.Timeout(SILENCE_SECONDS, connect=CONNECT_SECONDS)
    client = httpx.AsyncClient(verify=_certificates(), trust_env=False, follow_redirects=False, timeout=timeout)
    named = {"Accept-Encoding": "identity", **headers, "Host": url.netloc.decode("ascii")}
    pinned = url.copy_with(host=str(address))
    async with (
        client,
        client.stream(method, pinned, content=content, headers=named, extensions=extensions) as response,
    ):
        body = bytearray()
        async for chunk in response.aiter_raw():
            body += chunk
            if len(body) > most_bytes:
                break
        said = {name.lower(): value for name, value in response.headers.items()}
        return response.status_code, said, bytes(body[:most_bytes]), len(body) > most_bytes


def _literal(host: str) -> Address | None:
    try:
        return ip_address(host.strip("[]"))
    except ValueError:
        return None


@lru_cache(maxsize=1)
def _certificates() -> ssl.SSLContext:
    """Whom to believe: the usual authorities, or those in the file that `SSL_CERT_FILE` names."""
    import httpx

    return httpx.create_ssl_context()


def _root(error: BaseException) -> BaseException:
    while (cause := error.__cause__ or error.__context__) is not None:
        error = cause
    return error
