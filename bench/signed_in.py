"""A hundred people signed in, a page each every three seconds for two minutes, reading and writing, staff among them.

One process a core serves them and one worker does what their writing causes. Accounts and sessions are made beforehand.
`PARVIS_BENCH_SECONDS` shortens it.
"""

from __future__ import annotations

import http.client
import os
import random
import re
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from bench.stand import server
from bench.stand.people import TOKEN, Visitor, ready_people
from bench.stand.rows import percentile, row

NEEDS, LIMIT = "region", 400
PEOPLE, STAFF, EVERY = 100, 8, 3.0
SECONDS = float(os.environ.get("PARVIS_BENCH_SECONDS", "120"))
READING, WRITING = 300.0, 800.0
TOWN = "riviere-aux-aulnes"

RESIDENT = {
    "home": 24,
    "reports": 14,
    "report": 12,
    "form": 10,
    "space": 10,
    "inbox": 8,
    "mine": 8,
    "new": 8,
    "reply": 6,
}
CLERK = {"work_list": 40, "case": 30, "telephone": 10, "home": 10, "note": 10}


@dataclass
class Measures:
    """What all visitors saw: milliseconds by kind of page, and what went wrong."""

    reading: dict[str, list[float]] = field(default_factory=dict)
    writing: dict[str, list[float]] = field(default_factory=dict)
    errors: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, name: str, milliseconds: float, *, wrote: bool) -> None:
        """Note one page."""
        with self.lock:
            (self.writing if wrote else self.reading).setdefault(name, []).append(milliseconds)


class Session:
    """One person before a screen: one connection, kept open."""

    def __init__(self, visitor: Visitor, port: int, measures: Measures, facts: dict[str, Any], seed: int) -> None:
        self.visitor, self.port, self.measures, self.facts = visitor, port, measures, facts
        self.rng = random.Random(seed)
        self.line = http.client.HTTPConnection("localhost", port, timeout=30)
        self.own: list[str] = []

    def turn(self) -> None:
        """Open one page, or send one form."""
        mix = CLERK if self.visitor.is_staff else RESIDENT
        (name,) = self.rng.choices(list(mix), list(mix.values()))
        getattr(self, f"_{name}")()

    def _home(self) -> None:
        self._get("home", "/")

    def _reports(self) -> None:
        self._get("reports", "/signalements/")

    def _report(self) -> None:
        self._get("report", f"/signalements/{self.rng.choice(self.facts['public'])}")

    def _form(self) -> None:
        self._get("form", "/signalements/nouveau")

    def _space(self) -> None:
        self._get("space", "/mon-espace/")

    def _inbox(self) -> None:
        self._get("inbox", "/mon-espace/messages/")

    def _mine(self) -> None:
        self._get("mine", "/mon-espace/demandes/")

    def _work_list(self) -> None:
        self._get("work_list", "/bureau/dossiers/")

    def _case(self) -> None:
        self._get("case", f"/bureau/dossiers/{self.rng.choice(self.facts['cases'])}/")

    def _telephone(self) -> None:
        self._get("telephone", "/bureau/telephone/")

    def _new(self) -> None:
        lat, lon = self.rng.choice(self.facts["places"])
        form = {
            "description": "Un nid-de-poule devant la maison, assez profond pour une roue.",
            "category": self.rng.choice(self.facts["categories"]),
            "place_address": "",
            "place_lat": lat,
            "place_lon": lon,
            "place_ref": "",
            "idempotency_key": uuid.uuid4().hex,
        }
        location = self._post("new report", "/signalements/nouveau", form)
        if found := re.search(r"/merci/([\w-]+)", location):
            self.own.append(found.group(1))

    def _reply(self) -> None:
        if not self.own:
            return self._new()
        code = self.rng.choice(self.own)
        self._post("message", f"/mon-espace/demandes/{code}/repondre/", {"text": "C'est encore plus large ce matin."})
        return None

    def _note(self) -> None:
        code = self.rng.choice(self.facts["cases"])
        self._post("note", f"/bureau/dossiers/{code}/note/", {"text": "Vu sur place, à refaire au printemps."})

    def _get(self, name: str, path: str) -> None:
        self._ask(name, "GET", path, None, 200)

    def _post(self, name: str, path: str, form: dict[str, Any]) -> str:
        return self._ask(name, "POST", path, urlencode({**form, "csrfmiddlewaretoken": TOKEN}), 302)

    def _ask(self, name: str, method: str, path: str, body: str | None, status: int) -> str:
        headers = {
            "Cookie": f"parvis_session={self.visitor.session}; parvis_csrf={TOKEN}",
            "Accept-Encoding": "br, gzip",
            **({"Content-Type": "application/x-www-form-urlencoded"} if body else {}),
        }
        begun = time.perf_counter()
        try:
            self.line.request(method, f"/{TOWN}{path}", body, headers)
            answer = self.line.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException) as error:
            self.line.close()
            self.measures.errors[f"{name}: {type(error).__name__}"] += 1
            return ""
        self.measures.add(name, (time.perf_counter() - begun) * 1000, wrote=method == "POST")
        if answer.status != status:
            self.measures.errors[f"{name}: status {answer.status} {answer.headers.get('Location', '')}"] += 1
        return answer.headers.get("Location", "")


def _sit(session: Session, begin: float, until: float) -> None:
    """Take a turn every three seconds; who had to wait longer goes on at once."""
    due = begin
    while due < until:
        time.sleep(max(0.0, due - time.monotonic()))
        session.turn()
        due += EVERY
    session.line.close()


def run() -> Iterator[dict[str, Any]]:
    """Yield reading, writing, errors; the slowest kinds of page go to standard error."""
    facts, visitors = ready_people(TOWN, people=PEOPLE - STAFF, staff=STAFF)
    with server.web_server() as port, server.background_worker():
        sessions = [Session(visitor, port, Measures(), facts, number) for number, visitor in enumerate(visitors)]
        for session in sessions[: 4 * server.CORES]:  # templates are compiled once a process, before anybody counts
            for kind in CLERK if session.visitor.is_staff else RESIDENT:
                getattr(session, f"_{kind}")()
        server.work_done()  # what the demo's loading and the first pages left behind is not what people cause
        measures = Measures()
        begin = time.monotonic() + 0.5
        threads = []
        for number, session in enumerate(sessions):
            session.measures = measures
            when = begin + EVERY * number / len(sessions)
            threads.append(threading.Thread(target=_sit, args=(session, when, begin + SECONDS), daemon=True))
        for work in (threading.Thread.start, threading.Thread.join):
            _each(threads, work)
    for kinds, name, target in ((measures.reading, "reading", READING), (measures.writing, "writing", WRITING)):
        values = [value for times in kinds.values() for value in times]
        yield row(f"signed_in_{name}", percentile(values, 0.95), "ms p95", target=target, n=len(values))
        _tell(kinds)
    for what, count in measures.errors.most_common(10):
        _say(f"  {count} × {what}")
    yield row("signed_in_errors", measures.errors.total(), "errors", target=0, n=PEOPLE)


def _each(threads: list[threading.Thread], work: Callable[[threading.Thread], None]) -> None:
    for thread in threads:
        work(thread)


def _tell(kinds: dict[str, list[float]]) -> None:
    for name, times in sorted(kinds.items(), key=lambda pair: -percentile(pair[1], 0.95)):
        _say(f"  {name:<12} p50 {percentile(times, 0.5):6.1f}  p95 {percentile(times, 0.95):6.1f}  n {len(times)}")


def _say(text: str) -> None:
    import sys

    print(text, file=sys.stderr, flush=True)
