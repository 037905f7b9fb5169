"""kill -9 of the database while reports come in: whoever got a code finds the report, once; nothing is doubled."""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import httpx
import psycopg
import pytest

from parvis.project.postgres import Cluster
from tests.database import Database, Server
from tests.live import running

pytestmark = [pytest.mark.process, pytest.mark.slow, pytest.mark.needs_postgres]

FORM = "/danville/signalements/nouveau"
SENDERS = 4


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


def furnish(database: Database) -> None:
    """One town, one kind of problem, set as an installation does."""
    script = (
        "import django; django.setup()\n"
        "from django.db import transaction\n"
        "from django.utils import timezone\n"
        "from parvis.core.tenancy.context import use\n"
        "from parvis.core.territories.operations import create_territory\n"
        "from parvis.lib.actor import Actor\n"
        "from parvis.modules.issues.models import Category\n"
        "with transaction.atomic(), use():\n"
        "    place = {'lat': 45.78, 'lon': -72.01, 'now': timezone.now()}\n"
        "    town = create_territory(actor=Actor.system(None), slug='danville', name='Danville', **place)\n"
        "with transaction.atomic(), use(territory=town):\n"
        "    Category.objects.create(territory=town, slug='trou', label_fr='Trou', label_en='Hole', label_es='Hoyo')\n"
    )
    environment = {**os.environ, **database.environment(), "DJANGO_SETTINGS_MODULE": "parvis.project.settings"}
    subprocess.run([sys.executable, "-c", script], env=environment, check=True)


class Sender(threading.Thread):
    """Somebody who sends a report again and again until its code comes, as a telephone on a bad line does."""

    def __init__(self, url: str, number: int, over: threading.Event) -> None:
        super().__init__(daemon=True)
        self.url, self.number, self.over = url, number, over
        self.codes: dict[str, set[str]] = {}
        self.last = ""

    def run(self) -> None:
        turn = 0
        with httpx.Client(base_url=self.url, timeout=30) as client:
            while not self.over.is_set():
                turn += 1
                self._until_it_is_in(client, f"{self.number}-{turn}")

    def _until_it_is_in(self, client: httpx.Client, words: str) -> None:
        key = f"{self.number:08x}{abs(hash(words)) % 16**24:024x}"
        while True:
            try:
                page = client.get(FORM)
                token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
                if token:
                    answer = client.post(
                        FORM,
                        data={
                            "csrfmiddlewaretoken": token[1],
                            "description": words,
                            "category": "trou",
                            "place_address": "ici",
                            "place_lat": "45.78",
                            "place_lon": "-72.01",
                            "idempotency_key": key,
                        },
                    )
                    if answer.status_code == 302:
                        self.codes.setdefault(words, set()).add(answer.headers["Location"].rsplit("/", 1)[-1])
                        return
                    self.last = f"{answer.status_code}: {answer.text[:1500]}"
                else:
                    self.last = f"{page.status_code}: {page.text[:1500]}"
            except httpx.TransportError:
                pass
            if self.over.is_set():
                return
            time.sleep(0.05)


def test_every_report_that_got_its_code_is_there_once(test_server, cluster):
    database = copy_of(test_server, cluster)
    furnish(database)
    over = threading.Event()
    with running(database) as house:
        senders = [Sender(house.url, number, over) for number in range(SENDERS)]
        for sender in senders:
            sender.start()
        for _ in range(3):
            before = sum(len(sender.codes) for sender in senders)
            _wait(lambda before=before: sum(len(sender.codes) for sender in senders) >= before + 8, senders, house)
            os.kill(cluster.pid, signal.SIGKILL)
            while cluster.is_alive():
                time.sleep(0.01)
            cluster.start()
        before = sum(len(sender.codes) for sender in senders)
        _wait(lambda: sum(len(sender.codes) for sender in senders) >= before + 8, senders, house)
        over.set()
        for sender in senders:
            sender.join(60)
            assert not sender.is_alive()
    told = {words: codes for sender in senders for words, codes in sender.codes.items()}
    assert all(len(codes) == 1 for codes in told.values())
    with psycopg.connect(database.admin_url) as connection:
        rows = connection.execute(
            "SELECT i.description, i.code, c.code, (SELECT count(*) FROM audit_entry e WHERE e.subject_id = i.id "
            "AND e.name = 'issues.reported') FROM issues_issue i JOIN cases_case c ON c.id = i.case_id"
        ).fetchall()
        cases = connection.execute("SELECT count(*) FROM cases_case").fetchone()[0]
    found = {words: code for words, code, _, _ in rows}
    assert len(found) == len(rows) == cases, "nothing is doubled, and no case is without its report"
    assert all(found[words] == next(iter(codes)) for words, codes in told.items()), "nothing is lost"
    assert all(code == case and entries == 1 for _, code, case, entries in rows)


def _wait(condition, senders, house, seconds=20):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"no more reports come in: {senders[0].last}\n{house.log('web')[-3000:]}"
        time.sleep(0.05)
