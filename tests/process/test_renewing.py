"""The web server takes up new code while people use it."""

import http.client
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import closing

import psutil
import pytest

from tests.live import free_port

from .processes import alive, wait_until

pytestmark = [pytest.mark.process, pytest.mark.slow]


def ask(port):
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as line:
        line.request("GET", "/healthz", headers={"Host": "localhost"})
        return line.getresponse().status


def answers(port):
    try:
        return ask(port) == 200
    except OSError:
        return False


def test_no_request_is_lost_while_the_processes_are_renewed(committed_db, tmp_path):
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "-m", "parvis.project.cli", "serve", "--port", str(port), "--workers", "2"],
        env={**os.environ, **committed_db.environment(), "PARVIS_VAR": str(tmp_path)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )

    def workers():
        return {child.pid for child in psutil.Process(server.pid).children() if alive(child.pid)}

    try:
        wait_until(lambda: answers(port), 120)
        wait_until(lambda: len(workers()) >= 2, 30)
        before, done, statuses, faults = workers(), threading.Event(), [], []

        def use():
            while not done.is_set():
                try:
                    statuses.append(ask(port))
                except OSError as error:
                    faults.append(repr(error))
                time.sleep(0.02)

        users = [threading.Thread(target=use) for _ in range(4)]
        for user in users:
            user.start()
        server.send_signal(signal.SIGHUP)
        wait_until(lambda: len(workers() - before) >= 2 and not workers() & before, 180)
        wait_until(lambda: answers(port), 120)
        time.sleep(1)
        done.set()
        for user in users:
            user.join()
        assert faults == []
        assert set(statuses) == {200}
        assert len(statuses) > 20
    finally:
        server.terminate()
        server.wait(30)
