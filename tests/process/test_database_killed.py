"""kill -9 of the database while reports come in: whoever got a code finds the report, once; nothing is doubled."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import pytest

from parvis.project.postgres import Cluster
from tests.database import Database, Server
from tests.live import running

from .reporting import crowd, furnish, nothing_lost_nothing_doubled

pytestmark = [pytest.mark.process, pytest.mark.slow, pytest.mark.needs_postgres]


@pytest.fixture
def cluster():
    """A durable cluster of this test's own, in a folder an unprivileged server may reach."""
    folder = Path(tempfile.mkdtemp(prefix="parvis-test-", dir="/var/tmp"))
    folder.chmod(0o755)
    with Cluster(folder / "postgres") as cluster:
        yield cluster
    shutil.rmtree(folder, ignore_errors=True)


def copy_of(server: Server, cluster: Cluster) -> Database:
    """The migrated database, with one town and one kind of problem, in the durable cluster."""
    programs = Path(cluster.binaries.folder)
    dump = subprocess.run(
        [programs / "pg_dump", "--format=custom", server.database(server.template()).admin_url],
        capture_output=True,
        check=True,
    ).stdout
    subprocess.run(
        [
            programs / "pg_restore",
            "--clean",
            "--if-exists",
            "--exit-on-error",
            f"--dbname={cluster.url('postgres', 'parvis')}",
        ],
        input=dump,
        check=True,
    )
    return Database("parvis", cluster.app_url, cluster.owner_url, cluster.url("postgres", "parvis"))


def test_every_report_that_got_its_code_is_there_once(test_server, cluster):
    database = copy_of(test_server, cluster)
    furnish(database)
    with running(database) as house:
        with crowd(house) as people:
            for _ in range(3):
                people.until_more_come_in()
                os.kill(cluster.pid, signal.SIGKILL)
                while cluster.is_alive():
                    time.sleep(0.01)
                cluster.start()
        nothing_lost_nothing_doubled(house, people)
