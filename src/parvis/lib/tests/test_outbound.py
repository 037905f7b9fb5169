"""Calls outside: never led back inside, never longer or larger than said. Against real sockets of this machine."""

import re
import socket
import ssl
import threading
import time
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from itertools import takewhile
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from parvis.lib import outbound
from parvis.lib.outbound import NoAnswer, Obstacle, call, check_url, is_public, networks

from .receiver import receiving

HERE = networks("127.0.0.0/8")


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
        "255.255.255.255", "192.0.2.1", "198.18.0.1", "240.0.0.1", "::1", "::", "fe80::1", "fd00:ec2::254", "ff02::1",
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "2001:db8::1",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    ],
)  # fmt: skip
def test_an_inside_address_is_not_public(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2606:4700::1111", "64:ff9b::808:808"])
def test_an_outside_address_is_public(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://exemple.quebec/", Obstacle.WRONG_ADDRESS),
        ("ftp://exemple.quebec/", Obstacle.WRONG_ADDRESS),
        ("file:///etc/passwd", Obstacle.WRONG_ADDRESS),
        ("https://", Obstacle.WRONG_ADDRESS),
        ("https:///chemin", Obstacle.WRONG_ADDRESS),
        ("https://moi:secret@exemple.quebec/", Obstacle.WRONG_ADDRESS),
        ("https://exemple.quebec/#ici", Obstacle.WRONG_ADDRESS),
        ("https://exemple.quebec:99999/", Obstacle.WRONG_ADDRESS),
        ("javascript:alert(1)", Obstacle.WRONG_ADDRESS),
        ("\x00", Obstacle.WRONG_ADDRESS),
        ("", Obstacle.WRONG_ADDRESS),
        ("https://127.0.0.1/", Obstacle.FORBIDDEN),
        ("https://[::1]/", Obstacle.FORBIDDEN),
        ("https://169.254.169.254/latest/meta-data/", Obstacle.FORBIDDEN),
    ],
)
def test_an_address_is_looked_at_before_it_is_kept(url: str, why: Obstacle) -> None:
    with pytest.raises(NoAnswer) as refused:
        check_url(url)
    assert refused.value.obstacle is why


@pytest.mark.parametrize("host", ["localhost", "0x7f000001", "2130706433", "127.1", "0177.0.0.1"])
def test_a_name_that_leads_inside_is_not_called(host: str) -> None:
    with receiving() as receiver:
        with pytest.raises(NoAnswer) as refused:
            call("POST", f"https://{host}:{receiver.port}/", content=b"x")
        assert refused.value.obstacle in {Obstacle.FORBIDDEN, Obstacle.UNKNOWN_HOST, Obstacle.WRONG_ADDRESS}
        assert not receiver.got


def test_where_the_operator_allows_it_the_call_goes_through() -> None:
    with receiving(answers=[(201, {"X-Autre": "oui"}, b"bien")]) as receiver:
        answer = call("POST", receiver.url, content=b"bonjour", headers={"X-A": "1"}, allowed=HERE)
    assert (answer.status, answer.body, answer.headers["x-autre"]) == (201, b"bien", "oui")
    [got] = receiver.got
    assert (got.path, got.body, got.headers["x-a"]) == ("/crochet", b"bonjour", "1")
    assert got.headers["host"] == f"127.0.0.1:{receiver.port}"


def test_plain_http_only_towards_networks_that_are_allowed() -> None:
    with pytest.raises(NoAnswer) as refused:
        call("GET", "http://8.8.8.8/", allowed=HERE)
    assert refused.value.obstacle is Obstacle.FORBIDDEN


def test_redirects_are_not_followed() -> None:
    with receiving() as second, receiving(answers=[(302, {"Location": second.url}, b"")]) as first:
        assert call("POST", first.url, allowed=HERE).status == 302
        assert not second.got


def test_the_environments_proxy_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with receiving() as receiver, receiving() as proxy:
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{proxy.port}")
        monkeypatch.setenv("ALL_PROXY", f"http://127.0.0.1:{proxy.port}")
        assert call("POST", receiver.url, allowed=HERE).status == 204
        assert not proxy.got


@pytest.mark.parametrize("how", ["hang", "drip"])
def test_a_slow_one_is_given_up_in_time(how: str) -> None:
    with receiving(answers=[how]) as receiver:
        started = time.monotonic()
        with pytest.raises(NoAnswer) as none:
            call("POST", receiver.url, allowed=HERE, seconds=1.0)
        assert none.value.obstacle is Obstacle.TIMEOUT
        assert 0.9 < none.value.seconds < 4
        assert time.monotonic() - started < 5


def test_an_endless_answer_is_cut() -> None:
    with receiving(answers=["endless"]) as receiver:
        answer = call("POST", receiver.url, allowed=HERE, most_bytes=1000)
    assert (len(answer.body), answer.is_cut) == (1000, True)


def test_hung_up_and_refused_are_told_apart() -> None:
    with receiving(answers=["cut"]) as receiver, pytest.raises(NoAnswer) as none:
        call("POST", receiver.url, allowed=HERE)
    assert none.value.obstacle is Obstacle.BROKEN
    with pytest.raises(NoAnswer) as none:
        call("POST", receiver.url, allowed=HERE)  # nobody listens any more
    assert none.value.obstacle is Obstacle.NO_CONNECTION


def test_an_unknown_name() -> None:
    with pytest.raises(NoAnswer) as none:
        call("GET", "https://rien.invalid/", allowed=HERE)
    assert none.value.obstacle is Obstacle.UNKNOWN_HOST


def test_networks_are_read_and_misspelt_ones_refused() -> None:
    assert [str(network) for network in networks(" 10.1.0.0/16 , 192.0.2.7,")] == ["10.1.0.0/16", "192.0.2.7/32"]
    assert networks("") == ()
    with pytest.raises(ValueError, match="does not appear"):
        networks("partout")


def certificate(folder: Path, host: str) -> Path:
    """Write a certificate that vouches for itself and its key into one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / f"{host}.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM) + private)
    return path


class Secure:
    """A server with TLS that answers every request alike, and remembers under which name it was asked."""

    def __init__(self, file: Path) -> None:
        self.names: list[str | None] = []
        self.heard: list[bytes] = []
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        context.sni_callback = lambda _, name, __: self.names.append(name)
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port = self.listening.getsockname()[1]
        self.context = context
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                raw, _ = self.listening.accept()
                with self.context.wrap_socket(raw, server_side=True) as line, line.makefile("rb") as sent:
                    head = b"".join(takewhile(b"\r\n".__ne__, sent))
                    length = re.search(rb"(?i)content-length: (\d+)", head)
                    self.heard.append(head + sent.read(int(length[1]) if length else 0))
                    line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
            except ssl.SSLError:
                continue
            except OSError:
                return


@pytest.fixture
def trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """`trusted(host)`: a server whose certificate for that host is believed."""
    servers = []

    def start(host: str) -> Secure:
        file = certificate(tmp_path, host)
        monkeypatch.setenv("SSL_CERT_FILE", str(file))
        outbound._certificates.cache_clear()
        servers.append(Secure(file))
        return servers[-1]

    yield start
    for server in servers:
        server.listening.close()
    outbound._certificates.cache_clear()


def test_the_certificate_is_that_of_the_name_though_the_address_is_pinned(trusted) -> None:
    server = trusted("localhost")
    answer = call("POST", f"https://localhost:{server.port}/a?b=1", content=b"x", allowed=(*HERE, *networks("::1")))
    assert (answer.status, answer.body, server.names) == (200, b"ok", ["localhost"])
    assert b"POST /a?b=1 HTTP/1.1" in server.heard[0]
    assert f"host: localhost:{server.port}".encode() in server.heard[0].lower()


def test_the_certificate_of_another_name_is_refused(trusted) -> None:
    server = trusted("ailleurs.example")
    with pytest.raises(NoAnswer) as none:
        call("POST", f"https://localhost:{server.port}/", content=b"x", allowed=(*HERE, *networks("::1")))
    assert none.value.obstacle is Obstacle.CERTIFICATE
    assert not server.heard
