"""A report with the photo that the page sends (1600 pixels, about 500 kB), end to end, forty a second, half a minute.

As the page posts it: one form of several parts, each over a connection of its own as from a phone, half of them signed
in and half nobody known. Photos are prepared in the background: how many a second, and that none is seen before. Then
the 12 megapixels of a telephone, as somebody without JavaScript sends them.
"""

from __future__ import annotations

import http.client
import io
import itertools
import os
import random
import re
import sys
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from typing import Any

from bench.stand import server
from bench.stand.people import TOKEN, Visitor, ready_people
from bench.stand.rows import percentile, row

NEEDS, LIMIT = "region", 600
TOWN = "riviere-aux-aulnes"
RATE, SECONDS = 40, float(os.environ.get("PARVIS_BENCH_SECONDS", "30"))
TARGET, LARGE_TARGET = 500.0, 2000.0
SENDERS, PEOPLE = 48, 20


def photo(width: int, height: int, about: int) -> bytes:
    """Return a JPEG as a telephone makes it, of about so many bytes: a landscape of noise, which packs badly."""
    from PIL import Image, ImageFilter

    rng = random.Random(width)
    small = Image.frombytes("RGB", (width // 4, height // 4), rng.randbytes(width // 4 * (height // 4) * 3))
    picture = small.resize((width, height)).filter(ImageFilter.GaussianBlur(2))
    best = b""
    for quality in (60, 70, 80, 88, 94):
        out = io.BytesIO()
        picture.save(out, "JPEG", quality=quality)
        if abs(len(out.getvalue()) - about) < abs(len(best) - about):
            best = out.getvalue()
    return best


def form(facts: dict[str, Any], rng: random.Random, body: bytes) -> tuple[str, bytes]:
    """Return the content type and the body of a report with its photo."""
    lat, lon = rng.choice(facts["places"])
    fields = {
        "csrfmiddlewaretoken": TOKEN,
        "description": "Un nid-de-poule devant la maison, assez profond pour une roue.",
        "category": rng.choice(facts["categories"]),
        "place_address": "",
        "place_lat": lat,
        "place_lon": lon,
        "place_ref": "",
        "idempotency_key": uuid.uuid4().hex,
    }
    mark = uuid.uuid4().hex
    parts = [
        f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    ]
    head = f'--{mark}\r\nContent-Disposition: form-data; name="photos"; filename="photo.jpg"\r\n'
    parts.append(f"{head}Content-Type: image/jpeg\r\n\r\n")
    return f"multipart/form-data; boundary={mark}", "".join(parts).encode() + body + f"\r\n--{mark}--\r\n".encode()


class Crowd:
    """Whoever reports: each waits for a turn, sends, and waits for the next; late turns are sent late, not dropped."""

    def __init__(self, port: int, visitors: list[Visitor], facts: dict[str, Any], body: bytes) -> None:
        self.port, self.visitors, self.facts, self.body = port, visitors, facts, body
        self.turns = itertools.count()
        self.times: list[float] = []
        self.codes: list[str] = []
        self.errors: Counter[str] = Counter()
        self.lock = threading.Lock()

    def run(self, *, rate: float, count: int) -> None:
        """Send `count` reports, `rate` a second."""
        self.turns, begin = itertools.count(), time.monotonic() + 0.2
        threads = [threading.Thread(target=self._work, args=(begin, rate, count), daemon=True) for _ in range(SENDERS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _work(self, begin: float, rate: float, count: int) -> None:
        rng = random.Random(threading.get_ident())
        while (turn := next(self.turns)) < count:
            kind, body = form(self.facts, rng, self.body)
            due = begin + turn / rate
            time.sleep(max(0.0, due - time.monotonic()))
            self._send(turn, due, kind, body)

    def _send(self, turn: int, due: float, kind: str, body: bytes) -> None:
        """Post one; the time counts from when it was due, so that a server that falls behind cannot hide it."""
        session = f"parvis_session={self.visitors[turn % len(self.visitors)].session}; " if turn % 2 else ""
        headers = {"Content-Type": kind, "Cookie": f"{session}parvis_csrf={TOKEN}", "Accept-Encoding": "br, gzip"}
        try:
            line = http.client.HTTPConnection("localhost", self.port, timeout=60)
            line.request("POST", f"/{TOWN}/signalements/nouveau", body, headers)
            answer = line.getresponse()
            answer.read()
            line.close()
        except (OSError, http.client.HTTPException) as error:
            with self.lock:
                self.errors[type(error).__name__] += 1
            return
        found = re.search(r"/merci/([\w-]+)", answer.headers.get("Location", ""))
        with self.lock:
            self.times.append((time.monotonic() - due) * 1000)
            if found:
                self.codes.append(found.group(1))
            else:
                self.errors[f"status {answer.status}"] += 1


def run() -> Iterator[dict[str, Any]]:
    """Yield the time of a report, errors, how fast photos are prepared, and that none is seen before."""
    facts, visitors = ready_people(TOWN, people=PEOPLE, staff=0)
    body = photo(1600, 1200, 500_000)
    with server.web_server() as port:
        warm = Crowd(port, visitors, facts, body)
        warm.run(rate=20, count=40)
        with server.background_worker():
            server.work_done()
            crowd = Crowd(port, visitors, facts, body)
            crowd.run(rate=RATE, count=int(RATE * SECONDS))
            waiting, begun = _photos("waiting"), time.monotonic()
            seen = _seen_too_early()
            server.work_done(300)
            drained = time.monotonic() - begun
            large = Crowd(port, visitors, facts, photo(4000, 3000, 5_000_000))
            large.run(rate=1, count=8)
            server.work_done(120)
    p95 = percentile(crowd.times, 0.95)
    yield row("report_with_photo", p95, "ms p95", target=TARGET, n=len(crowd.times))
    yield row("report_with_photo_median", percentile(crowd.times, 0.5), "ms", n=len(crowd.times))
    yield row(
        "report_with_photo_errors", crowd.errors.total() + large.errors.total(), "errors", target=0, n=len(crowd.codes)
    )
    yield row("photos_seen_before_prepared", seen, "photos", target=0, n=waiting)
    yield row("photos_prepared", waiting / drained if drained else 0, "photos/s", n=waiting)
    yield row(
        "report_with_12_megapixels", percentile(large.times, 0.95), "ms p95", target=LARGE_TARGET, n=len(large.times)
    )
    yield row("photos_left_unprepared", _photos("waiting") + _photos("refused"), "photos", target=0, n=len(crowd.codes))
    for what, count in crowd.errors.most_common(5):
        print(f"  {count} × {what}; a photo is {len(body) / 1000:.0f} kB", file=sys.stderr)


def _photos(state: str) -> int:
    """Return how many photos are in a state."""
    return _asked("SELECT count(*) FROM files_storedfile WHERE state = %s", [state])


def _seen_too_early() -> int:
    """Return how many photos are public that are not prepared."""
    return _asked("SELECT count(*) FROM files_storedfile WHERE is_public AND state <> %s", ["ready"])


def _asked(question: str, values: list[str]) -> int:
    import psycopg

    with psycopg.connect(os.environ["DATABASE_OWNER_URL"]) as connection:
        found = connection.execute(question, values).fetchone()  # type: ignore[arg-type]  # two questions of this file
    return int(found[0]) if found else 0
