"""Whole pages for anonymous readers, kept per process and dropped when their territory changes.

A view opts in with :func:`public_page`. The key is the address (which holds language and town); the answer carries an
ETag, so that a reader who has it gets a 304. A change calls :func:`bump` in its transaction: PostgreSQL tells every
process at commit (LISTEN/NOTIFY). A process that has lost that line serves nothing from its cache.
"""

import gzip
import hashlib
import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any
from uuid import UUID

import brotli
import psycopg
from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.cache import patch_vary_headers
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from parvis.core.tenancy.context import use
from parvis.core.tenancy.facts import CHANNEL, FACTS, KEPT
from parvis.core.tenancy.memo import forget

log = logging.getLogger(__name__)

MAX_AGE = 60.0  # seconds: pages say how long ago things happened
MAX_PAGES = 500
NOT_ANONYMOUS = frozenset({settings.SESSION_COOKIE_NAME, "messages"})


@dataclass(slots=True)
class Kept:
    """One page, with its compressed forms and the moment (monotonic seconds) it was made.

    `unmoved_by` names the one kind of change that leaves it good.
    """

    headers: list[tuple[str, str]]
    etag: str
    bodies: dict[str, bytes]
    territory_id: UUID | None
    made: float
    unmoved_by: str = ""


class PageCache:
    """The pages of this process; safe between threads."""

    def __init__(self) -> None:
        self.pages: OrderedDict[str, Kept] = OrderedDict()
        self.lock = threading.Lock()
        self.generation = 0
        self.listening = False
        self.thread: threading.Thread | None = None

    def get(self, key: str) -> Kept | None:
        """Return a page that is still good."""
        page = self.pages.get(key)
        if page is None or not self.listening or time.monotonic() - page.made > MAX_AGE:
            return None
        return page

    def put(self, key: str, page: Kept, generation: int) -> None:
        """Keep a page, unless something changed since `generation` was read."""
        with self.lock:
            if self.listening and generation == self.generation:
                self.pages[key] = page
                self.pages.move_to_end(key)
                while len(self.pages) > MAX_PAGES:
                    self.pages.popitem(last=False)

    def drop(self, territory_id: str, change: str = "") -> None:
        """Forget the pages of a territory, but for those that this kind of change does not move; ``*`` forgets all."""
        with self.lock:
            self.generation += 1
            if territory_id == "*":
                self.pages.clear()
                return
            for key, page in list(self.pages.items()):
                if str(page.territory_id) in {territory_id, "None"} and not (change and page.unmoved_by == change):
                    del self.pages[key]

    def hear(self, notice: str) -> None:
        """Forget what a notice is about: a territory (``*``: all of them) and perhaps the kind of change."""
        territory_id, _, change = notice.partition(" ")
        self.drop(territory_id, change)
        if change == FACTS or territory_id == "*":
            KEPT.drop(territory_id)

    def ensure_listening(self) -> None:
        """Start the thread that hears of changes, once a process (after any fork)."""
        with self.lock:
            if self.thread is None or not self.thread.is_alive():
                self.thread = threading.Thread(target=self._listen, name="page-cache", daemon=True)
                self.thread.start()

    def _listen(self) -> None:
        parameters = {**connection.get_connection_params(), "autocommit": True}
        for name in ("cursor_factory", "context", "prepare_threshold"):
            parameters.pop(name, None)
        while True:
            try:
                with psycopg.connect(**parameters) as line:
                    line.execute(f"LISTEN {CHANNEL}")
                    self.hear("*")
                    self.listening = KEPT.listening = True
                    for notice in line.notifies():
                        self.hear(notice.payload)
            except psycopg.Error as error:
                log.warning("page cache lost its line to the database: %s", error)
            self.listening = KEPT.listening = False
            self.hear("*")
            time.sleep(1)


CACHE = PageCache()


MARKS = "marks"
"""A change of what maps, lists and figures show, and of nothing that the town's square says in words."""


def bump(territory_id: UUID | None, *, only: str = "") -> None:
    """Say, in the running transaction, that public pages of a territory change at commit (None: of all).

    So do those of the territories whose portal shows something of it. What this request keeps in mind is asked anew.
    `only` is the kind of change when it is a common one that moves few pages (:data:`MARKS`).
    """
    forget()
    with connection.cursor() as cursor:
        if territory_id is None:
            cursor.execute("SELECT pg_notify(%s, '*')", [CHANNEL])
            return
        cursor.execute(
            "SELECT pg_notify(%s, trim(id || ' ' || %s))"
            " FROM (SELECT %s::uuid UNION SELECT parvis.readers_of(%s)) AS changed (id)",
            [CHANNEL, only, territory_id, territory_id],
        )


def public_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Mark a view whose answer is the same for every anonymous reader and holds no form.

    An answer that will not last says so itself (``is_public_page = False``) and is not kept.
    """

    @wraps(view)
    def marked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response.is_public_page = getattr(response, "is_public_page", True)  # type: ignore[attr-defined]
        return response

    return marked


def part(request: HttpRequest, name: str, make: Callable[[], str], *, unmoved_by: str = "") -> SafeString:
    """Return a piece of a page that is the same for every reader (`name` says which), kept like whole pages.

    `make` gives HTML and runs as for somebody who is not signed in, so that it can hold nothing of the reader's.
    `unmoved_by` is the kind of change (:func:`bump`) that it shows nothing of.
    """
    territory = request.territory
    key = f"part {name} {territory.pk} {get_language()}"
    page = CACHE.get(key) if settings.PAGE_CACHE else None
    if page is not None:
        return mark_safe(page.bodies[""].decode())  # noqa: S308 (made here, by a template)
    generation = CACHE.generation
    with use(territory=territory, person=None):
        made = make()
    if settings.PAGE_CACHE:
        kept = Kept([], "", {"": made.encode()}, territory.pk, time.monotonic(), unmoved_by)
        CACHE.put(key, kept, generation)
    return mark_safe(made)  # noqa: S308 (made by a template)


class PageCacheMiddleware:
    """Answers from the cache before anything else runs; keeps what public views answered."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.enabled = settings.PAGE_CACHE

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer from the cache, or keep what was answered."""
        if self.enabled:
            CACHE.ensure_listening()
        if not self.enabled or request.method not in {"GET", "HEAD"} or NOT_ANONYMOUS & set(request.COOKIES):
            return self.get_response(request)
        key = f"{request.scheme}://{request.META.get('HTTP_HOST', '')}{request.get_full_path()}"
        page = CACHE.get(key)
        if page is not None:
            return _answer(request, page)
        generation = CACHE.generation
        response = self.get_response(request)
        if getattr(response, "is_public_page", False) and response.status_code == 200 and not response.cookies:
            page = _keep(request, response)
            CACHE.put(key, page, generation)
            return _answer(request, page)
        return response


def _keep(request: HttpRequest, response: HttpResponse) -> Kept:
    body = response.content
    patch_vary_headers(response, ["Cookie", "Accept-Encoding"])
    response.headers["Cache-Control"] = "public, max-age=0, must-revalidate"
    return Kept(
        headers=[(name, value) for name, value in response.items() if name.lower() != "content-length"],
        etag=f'"{hashlib.sha256(body).hexdigest()[:24]}"',
        bodies={"": body, "gzip": gzip.compress(body, 6, mtime=0), "br": brotli.compress(body, quality=5)},
        territory_id=getattr(getattr(request, "territory", None), "pk", None),
        made=time.monotonic(),
    )


def _answer(request: HttpRequest, page: Kept) -> HttpResponse:
    if page.etag in request.META.get("HTTP_IF_NONE_MATCH", ""):
        response: HttpResponse = HttpResponseNotModified()
    else:
        accepted = request.META.get("HTTP_ACCEPT_ENCODING", "")
        encoding = next((name for name in ("br", "gzip") if name in accepted), "")
        response = HttpResponse(page.bodies[encoding])
        # Nothing behind this middleware adds it here, and without it the server would send the page in pieces.
        response.headers["Content-Length"] = str(len(page.bodies[encoding]))
        if encoding:
            response.headers["Content-Encoding"] = encoding
    for name, value in page.headers:
        if response.status_code != 304 or name.lower() in {"cache-control", "vary", "content-location"}:
            response.headers[name] = value
    response.headers["ETag"] = page.etag
    return response
