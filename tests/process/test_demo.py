"""`parvis demo` from nothing to ready, through the death of each of its parts, to a clean end."""

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import psutil
import pytest

from .processes import alive_below, wait_until

pytestmark = [pytest.mark.process, pytest.mark.slow, pytest.mark.needs_postgres]


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Demo:
    """A demo in a process of its own, over a data folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.output = folder / "output.txt"
        self.var = folder / "var"
        kept = {name: value for name, value in os.environ.items() if not name.startswith("DATABASE_")}
        self.environment = {**kept, "PARVIS_VAR": str(self.var), "PORT": str(self.port)}

    def command(self, *arguments: str) -> list[str]:
        """`parvis demo …`"""
        return [sys.executable, "-m", "parvis.project.cli", "demo", *arguments]

    def start(self) -> None:
        """Start it and wait until it is ready."""
        with self.output.open("w") as output:
            self.process = subprocess.Popen(
                self.command("--population", "700"), env=self.environment, stdout=output, stderr=output
            )
        wait_until(lambda: "Ctrl-C stops" in self.said() or self.process.poll() is not None, seconds=400)
        assert self.process.poll() is None, self.said()

    def said(self) -> str:
        """What it printed."""
        return self.output.read_text()

    def is_ready(self) -> bool:
        """Whether the web server answers, with the database behind it."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=5) as response:
                return response.status == 200
        except OSError:
            return False

    def part(self, word: str) -> int:
        """The number of one of its living processes, by its name or a word of its command; 0 if there is none."""
        for child in psutil.Process(self.process.pid).children():
            try:
                if child.status() != psutil.STATUS_ZOMBIE and (word in child.cmdline() or word == child.name()):
                    return child.pid
            except psutil.NoSuchProcess:
                continue
        return 0

    def stop(self) -> None:
        """Ctrl-C."""
        self.process.send_signal(signal.SIGINT)
        assert self.process.wait(60) == 0, self.said()


@pytest.fixture
def demo(tmp_path):
    """A demo that leaves nothing behind, even when its test fails."""
    demo = Demo(tmp_path)
    yield demo
    if hasattr(demo, "process"):
        demo.process.kill()
        demo.process.wait()
        wait_until(lambda: not alive_below(demo.var), seconds=90)
    subprocess.run(demo.command("--reset"), env=demo.environment, check=True, stdout=subprocess.DEVNULL)


def test_the_demo_survives_its_parts_and_leaves_no_process(demo):
    demo.start()
    assert f"Parvis is ready: http://localhost:{demo.port}/" in demo.said()
    assert re.search(r"Monique .*\n", demo.said())
    assert demo.is_ready()

    second = subprocess.run(demo.command(), env=demo.environment, capture_output=True, text=True, check=False)
    assert second.returncode == 1
    assert second.stderr.startswith(f"Port {demo.port} is taken")
    assert second.stderr.count("\n") == 1

    for word in ("postgres", "worker", "serve"):
        killed = demo.part(word)
        os.kill(killed, signal.SIGKILL)
        wait_until(lambda word=word, killed=killed: demo.part(word) not in (0, killed), 60)
    wait_until(demo.is_ready, 90)
    assert "The database ended by itself" in demo.said()
    assert "The worker ended by signal SIGKILL" in demo.said()
    assert "The web server ended by signal SIGKILL" in demo.said()

    demo.stop()
    assert alive_below(demo.var) == []
    assert not demo.is_ready()

    demo.start()
    assert demo.said().startswith(("\nParvis is ready", "The database is in"))
    assert "The database is ready" not in demo.said()  # nothing is prepared twice: a second start takes seconds
    demo.stop()
    assert alive_below(demo.var) == []


def test_the_demo_refuses_a_public_address(demo):
    done = subprocess.run(
        demo.command("--host", "0.0.0.0"), env=demo.environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "sign in as anybody" in done.stderr
    assert done.stderr.count("\n") == 1
    assert alive_below(demo.var) == []
