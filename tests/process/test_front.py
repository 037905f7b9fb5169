"""The web server with slow, silent, greedy and odd clients: nobody waits for somebody else's telephone."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import textwrap
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from .processes import wait_until

pytestmark = pytest.mark.process

SERVER = textwrap.dedent("""
    import json, sys, time
    from parvis.project.cli.serve import web_server
    from parvis.project.front import Front, Limits

    def application(asked, start):
        path = asked["PATH_INFO"]
        if path == "/slow":
            time.sleep(1.5)
        if path == "/fault":
            raise ValueError("on purpose")
        told = {k: v for k, v in asked.items() if isinstance(v, str)} | {"read": len(asked["wsgi.input"].read())}
        body = [b"x" * 1_000_000] * 12 if path == "/large" else [json.dumps(told).encode()]
        start("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(sum(map(len, body))))])
        return iter(body)

    limits = Limits(body=2_000_000, silence=1, whole=3)
    server = web_server("127.0.0.1", int(sys.argv[1]), 1)
    server.serve(target_loader=lambda: Front(application, threads=2, limits=limits), wrap_loader=False)
""")


@pytest.fixture(scope="module")
def port():
    """The port of a server with two threads, a second of patience, and two megabytes of appetite."""
    from tests.live import free_port

    number = free_port()
    process = subprocess.Popen([sys.executable, "-c", SERVER, str(number)], stderr=subprocess.DEVNULL)
    wait_until(lambda: _listens(number))
    yield number
    process.terminate()
    assert process.wait(15) == 0


def _listens(port):
    with closing(socket.socket()) as line:
        return line.connect_ex(("127.0.0.1", port)) == 0


def _half(port, path="/", length=100_000):
    """Somebody who announces a body, sends a tenth of it and falls silent."""
    line = socket.create_connection(("127.0.0.1", port))
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n\r\n"
    line.sendall(head.encode() + b"x" * (length // 10))
    return line


def ask(port, path="/", method="GET", body=None, **headers):
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as line:
        line.request(method, path, body=body, headers=headers)
        answer = line.getresponse()
        return answer.status, answer.read()


def told(port, *arguments, **headers):
    import json

    status, body = ask(port, *arguments, **headers)
    assert status == 200
    return json.loads(body)


def test_fifty_half_sent_bodies_keep_nobody_waiting_and_end(port):
    lines = [_half(port) for _ in range(50)]
    began = time.monotonic()
    assert ask(port)[0] == 200
    assert time.monotonic() - began < 0.9
    for line in lines:
        with closing(line):
            line.settimeout(10)
            assert line.recv(100).startswith(b"HTTP/1.1 408")


def test_drops_sent_one_by_one_have_an_end_too(port):
    with closing(_half(port)) as line:
        line.settimeout(0.4)
        began = time.monotonic()
        while time.monotonic() - began < 10:
            try:
                line.sendall(b"x")
                said = line.recv(100)
                break
            except TimeoutError:
                continue
    assert said.startswith(b"HTTP/1.1 408")
    assert 2 < time.monotonic() - began < 6


def test_headers_that_never_end_keep_nobody_waiting(port):
    lines = [socket.create_connection(("127.0.0.1", port)) for _ in range(50)]
    for line in lines:
        line.sendall(b"GET / HTTP/1.1\r\nHost: loc")
    assert ask(port)[0] == 200
    for line in lines:
        line.close()


def test_headers_have_a_size(port):
    with closing(socket.create_connection(("127.0.0.1", port))) as line:
        line.settimeout(10)
        try:
            for _ in range(100):
                line.sendall(b"X-A: " + b"a" * 8000 + b"\r\n" if _ else b"GET / HTTP/1.1\r\nHost: localhost\r\n")
            said = line.recv(100)
        except ConnectionError:
            said = b""
    assert said == b"" or said.startswith((b"HTTP/1.1 431", b"HTTP/1.1 400"))


def test_a_slow_reader_holds_no_thread(port):
    lines = []
    for _ in range(6):  # two threads
        line = socket.create_connection(("127.0.0.1", port))
        line.sendall(b"GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n")
        lines.append(line)
    time.sleep(0.5)
    began = time.monotonic()
    assert ask(port)[0] == 200
    assert time.monotonic() - began < 0.9
    for line in lines:
        line.close()


def test_a_long_answer_arrives_whole(port):
    status, body = ask(port, "/large")
    assert status == 200
    assert body == b"x" * 12_000_000


def test_a_body_arrives_whole_with_or_without_its_length(port):
    body = os.urandom(1_500_000)
    assert told(port, "/", "POST", body)["read"] == len(body)
    chunked = told(port, "/", "POST", iter([body[:700_000], body[700_000:]]))
    assert chunked["read"] == len(body)
    assert chunked["CONTENT_LENGTH"] == str(len(body))
    assert "HTTP_TRANSFER_ENCODING" not in chunked


def test_a_body_that_is_too_large_is_not_kept_and_its_size_is_told(port):
    found = told(port, "/", "POST", bytes(3_000_000))
    assert found["CONTENT_LENGTH"] == "3000000"
    assert found["read"] < 2_000_001


def test_what_the_application_is_told(port):
    found = told(port, "/%C3%A9t%C3%A9/a%20b?q=%C3%A9", Cookie="a=1", Accept_Language="fr")
    assert found["PATH_INFO"].encode("latin-1").decode() == "/été/a b"
    assert found["QUERY_STRING"] == "q=%C3%A9"
    assert found["REMOTE_ADDR"] == "127.0.0.1"
    assert found["HTTP_COOKIE"] == "a=1"
    assert found["HTTP_HOST"] == f"127.0.0.1:{port}"
    assert "HTTP_ACCEPT_LANGUAGE" not in found, "a name with an underscore would pass for a proxy's header"


def test_a_fault_of_the_application_is_an_answer_and_the_threads_live(port):
    for _ in range(5):
        assert ask(port, "/fault")[0] == 500
    assert ask(port)[0] == 200


def test_who_leaves_before_the_answer_disturbs_nobody(port):
    for _ in range(4):
        line = socket.create_connection(("127.0.0.1", port))
        line.sendall(b"GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n")
        line.close()
    with ThreadPoolExecutor(4) as pool:
        assert {status for status, _ in pool.map(lambda _: ask(port), range(8))} == {200}


def test_asked_to_stop_it_finishes_what_it_began():
    from tests.live import free_port

    number = free_port()
    process = subprocess.Popen([sys.executable, "-c", SERVER, str(number)], stderr=subprocess.DEVNULL)
    wait_until(lambda: _listens(number))
    wait_until(lambda: ask(number)[0] == 200)
    found = []
    asking = threading.Thread(target=lambda: found.append(ask(number, "/slow")[0]))
    asking.start()
    time.sleep(0.5)
    process.send_signal(signal.SIGTERM)
    asking.join()
    assert found == [200]
    assert process.wait(15) == 0
