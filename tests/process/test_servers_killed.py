"""kill -9 of the web server and of the worker while reports come in: each report is there once, with one mail."""

import os
import signal

import psutil
import pytest

from tests.live import running

from .processes import wait_until
from .reporting import crowd, furnish, nothing_lost_nothing_doubled

pytestmark = [pytest.mark.process, pytest.mark.slow, pytest.mark.needs_postgres]


@pytest.fixture
def database(test_server):
    """A migrated database of this test's own, with one town."""
    made = test_server.clone("killed")
    furnish(made)
    yield made
    test_server.drop(made)


def kill(process):
    """End a process and all it started, as a machine that loses its power does."""
    family = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert psutil.wait_procs(family, 30)[1] == []


def test_a_killed_server_and_a_killed_worker_lose_and_double_nothing(database):
    with running(database) as house:
        web, worker = house.processes
        port = house.environment["PORT"]
        with crowd(house) as people:
            for _ in range(2):
                people.until_more_come_in()
                kill(web)
                web = house.start("web", "serve", "--port", port, "--workers", "1", "--threads", "4")
                people.until_more_come_in(60)
                kill(worker)
                worker = house.start("worker", "worker", "--concurrency", "2")
        assert house.value("SELECT count(*) FROM procrastinate_workers") >= 1
        nothing_lost_nothing_doubled(house, people)


def test_a_killed_process_of_the_server_is_replaced(database):
    """The processes that answer are watched by one that does not: a new one answers within seconds."""
    with running(database) as house:
        watching = psutil.Process(house.processes[0].pid)
        answering = [child for child in watching.children() if "serve" in child.cmdline()]
        assert answering
        with crowd(house) as people:
            people.until_more_come_in()
            for child in answering:
                child.kill()
            wait_until(lambda: not any(child.is_running() for child in answering))
            people.until_more_come_in(60)
        assert watching.is_running()
        nothing_lost_nothing_doubled(house, people)
