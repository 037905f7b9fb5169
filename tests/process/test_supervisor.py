"""The supervisor of the demo: what falls is started again, what is asked to stop stops, nothing is left."""

import os
import signal
import socket
import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import pytest

from parvis.project.obstacle import Obstacle
from parvis.project.processes.addresses import is_loopback, require_free, require_private
from parvis.project.processes.child import Child
from tests.live import free_port

from .processes import alive, alive_below, wait_until

pytestmark = pytest.mark.process

PROGRAM = textwrap.dedent("""
    import os, sys
    from pathlib import Path
    from parvis.project.processes.child import Child
    from parvis.project.processes.supervisor import Stop, Supervisor

    folder = Path(sys.argv[1])
    here = {**os.environ, "FOLDER": str(folder)}
    calm = f"import os, time; open({str(folder / 'calm')!r}, 'a').write(str(os.getpid()) + chr(10)); time.sleep(600)"
    # Deaf to SIGTERM, with a child of its own.
    deaf = ("import os, signal, subprocess, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
            "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']); "
            f"open({str(folder / 'deaf')!r}, 'a').write(str(os.getpid()) + chr(10)); time.sleep(600)")
    children = [
        Child(name, [sys.executable, "-c", code], environment=here, log=folder / f"{name}.log")
        for name, code in (("calm", calm), ("deaf", deaf))
    ]
    try:
        with Supervisor(None, say=lambda text: print(text, flush=True), grace=1) as supervisor:
            supervisor.run_step([sys.executable, "-c", sys.argv[2]], here, failing="The step")
            supervisor.start(children)
            supervisor.watch()
    except Stop:
        print("stopped", flush=True)
""")


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Run the program above in a process of its own, and make sure nothing outlives the test."""
    started = []

    def start(step="pass"):
        process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(tmp_path), step],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()


def pids(tmp_path: Path, name: str) -> list[int]:
    """The process numbers a child noted at each of its starts."""
    file = tmp_path / name
    return [int(line) for line in file.read_text().split()] if file.exists() else []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_asked_to_stop_it_leaves_no_process(run, tmp_path, number):
    process = run()
    wait_until(lambda: pids(tmp_path, "calm") and pids(tmp_path, "deaf"))
    process.send_signal(number)
    output, _ = process.communicate(timeout=30)
    assert process.returncode == 0
    assert "stopped" in output
    assert alive_below(tmp_path) == []


def test_killed_it_takes_its_children_along(run, tmp_path):
    process = run()
    wait_until(lambda: pids(tmp_path, "calm") and pids(tmp_path, "deaf"))
    process.kill()
    process.wait()
    wait_until(lambda: not alive(pids(tmp_path, "calm")[0]))
    os.killpg(pids(tmp_path, "deaf")[0], signal.SIGKILL)  # deaf on purpose: only a stop by force reaches it


def test_a_fallen_child_starts_again_and_it_is_said(run, tmp_path):
    process = run()
    wait_until(lambda: pids(tmp_path, "calm"))
    os.kill(pids(tmp_path, "calm")[0], signal.SIGKILL)
    wait_until(lambda: len(pids(tmp_path, "calm")) == 2)
    assert alive(pids(tmp_path, "calm")[1])
    process.terminate()
    output, _ = process.communicate(timeout=30)
    assert "The calm ended by signal SIGKILL: starting it again in 0.5 s." in output


def test_a_failing_step_stops_everything(run, tmp_path):
    process = run("raise SystemExit(3)")
    output, _ = process.communicate(timeout=30)
    assert process.returncode == 1
    assert "The step failed (status 3)." in output
    assert alive_below(tmp_path) == []


def test_a_stop_during_a_step_leaves_no_process(run, tmp_path):
    process = run("import time; time.sleep(600)")
    wait_until(lambda: len(alive_below(tmp_path)) == 2)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=30)
    assert alive_below(tmp_path) == []


def test_pauses_grow_until_a_child_settles(tmp_path):
    child = Child("fall", [sys.executable, "-c", "pass"], environment=dict(os.environ), log=tmp_path / "log")
    pauses = []
    for _ in range(8):
        child.start()
        wait_until(lambda: not child.is_alive())
        pauses.append(child.plan_restart())
    assert pauses == [0.5, 1, 2, 4, 8, 16, 30, 30]


def test_a_taken_port_is_one_sentence():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(Obstacle) as refusal:
            require_free("127.0.0.1", port)
    assert refusal.value.message.startswith(f"Port {port} is taken")
    assert f"PORT={port + 1}" in refusal.value.remedy
    require_free("127.0.0.1", port)


def test_a_port_that_is_let_go_in_time_is_waited_for():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", free_port()))
        taken.listen()
        port = taken.getsockname()[1]
        letting_go = threading.Timer(0.5, taken.close)
        letting_go.start()
        require_free("127.0.0.1", port, patience=10)
        letting_go.join()


def test_an_address_of_another_machine_is_one_sentence():
    with pytest.raises(Obstacle, match="not an address of this machine"):
        require_free("192.0.2.1", 8000)


@pytest.mark.parametrize(
    ("host", "private"),
    [
        ("127.0.0.1", True),
        ("::1", True),
        ("[::1]", True),
        ("localhost", True),
        ("127.8.8.8", True),
        ("0.0.0.0", False),
        ("::", False),
        ("192.168.1.4", False),
        ("parvis.example", False),
        ("", False),
    ],
)
def test_the_demo_stays_on_this_machine(host, private, monkeypatch):
    monkeypatch.delenv("PARVIS_DEMO_PUBLIC", raising=False)
    assert is_loopback(host) is private
    if private:
        require_private(host)
        return
    with pytest.raises(Obstacle, match="sign in as anybody"):
        require_private(host)
    monkeypatch.setenv("PARVIS_DEMO_PUBLIC", "1")
    require_private(host)
