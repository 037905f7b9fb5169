"""People who report problems without end, on a house that is being killed, and what must be true afterwards."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from tests.database import Database
from tests.live import Live

FORM = "/danville/signalements/nouveau"
SENDERS = 4
A_ROUND = 8
"""Reports that come in between two blows."""


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
                            "email": f"{words}@example.org",
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


class Crowd:
    """Several senders at once, and what they were told."""

    def __init__(self, house: Live) -> None:
        self.house, self.over = house, threading.Event()
        self.senders = [Sender(house.url, number, self.over) for number in range(SENDERS)]

    def codes(self) -> int:
        """How many reports got their code."""
        return sum(len(sender.codes) for sender in self.senders)

    def until_more_come_in(self, seconds: float = 30.0) -> None:
        """Wait for another round of reports, from every part of their way."""
        wanted, deadline = self.codes() + A_ROUND, time.monotonic() + seconds
        while self.codes() < wanted:
            assert time.monotonic() < deadline, (
                f"no more reports come in: {self.senders[0].last}\n{self.house.log('web')[-3000:]}"
            )
            time.sleep(0.05)


@contextmanager
def crowd(house: Live) -> Iterator[Crowd]:
    """People reporting until the end of the block, each finishing what they began."""
    people = Crowd(house)
    for sender in people.senders:
        sender.start()
    try:
        yield people
        people.until_more_come_in()
    finally:
        people.over.set()
        for sender in people.senders:
            sender.join(60)
    assert not any(sender.is_alive() for sender in people.senders)


ROWS = (
    "SELECT i.description, i.code, c.code, (SELECT count(*) FROM audit_entry e WHERE e.subject_id = i.id "
    "AND e.name = 'issues.reported') FROM issues_issue i JOIN cases_case c ON c.id = i.case_id"
)
MAILS = "SELECT address, count(*) FROM delivery_localcopy WHERE channel = 'email' GROUP BY address"


def nothing_lost_nothing_doubled(house: Live, people: Crowd) -> None:
    """Whoever got a code finds the report under it, once, with one line in the log; and gets one mail."""
    told = {words: codes for sender in people.senders for words, codes in sender.codes.items()}
    assert all(len(codes) == 1 for codes in told.values())
    rows = house.rows(ROWS)
    found = {words: code for words, code, _, _ in rows}
    assert len(found) == len(rows) == house.value("SELECT count(*) FROM cases_case"), "nothing doubled, no empty case"
    assert all(found.get(words) == next(iter(codes)) for words, codes in told.items()), "nothing is lost"
    assert all(code == case and entries == 1 for _, code, case, entries in rows)
    worker = house.processes[-1]
    assert worker.poll() is None, f"the worker ended:\n{house.log('worker')[-3000:]}"
    house.rested()
    assert dict(house.rows(MAILS)) == {f"{words}@example.org": 1 for words in found}, "one mail each"
