"""The sender: claims messages, calls the provider outside any transaction, records what became of them.

Each message stands in one of three moments, and a crash in any of them loses nothing: waiting (its task is waiting
too), on its way (the task is revived and repeats it under the same Message-ID), recorded.
"""

import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Case, F, QuerySet, TextField, Value, When
from django.utils import timezone

from parvis.core.tasks.operations import Priority, defer, defer_many, task
from parvis.core.tenancy.context import use
from parvis.core.tenancy.guard import Scope

from .channels.known import adapter
from .channels.protocol import Down, Envelope, Outcome, Result
from .marks import mark_refused
from .models import Outgoing, Pause, State
from .receipts import note_sent

CHUNK = 100  # messages a task: long enough to keep one connection busy
TURN = 2.0  # seconds after which a task lets others pass
FIRST_PAUSE, LONGEST_PAUSE = 5.0, 60.0  # seconds a silent provider is left alone
FIRST_WAIT, LONGEST_WAIT = 60.0, 3600.0  # seconds before an address that said «later» is tried again
GIVE_UP_AFTER = timedelta(days=3)
SUSPECT = 3  # hang-ups during one message after which it is taken for the cause
# The sender belongs to no territory and acts for nobody.
NOBODY = {"territory": None, "person": None, "scope": Scope.DELIVERY.value}

Clock = Callable[[], datetime]


def defer_send(*, channel: str, ids: Sequence[UUID], priority: Priority, at: datetime | None = None) -> None:
    """Enqueue the task that sends these messages, in the running transaction."""
    defer(send, at=at, priority=priority, context=NOBODY, **_arguments(channel, ids, priority))


def defer_sends(*, channel: str, ids: Sequence[UUID], priority: Priority, at: datetime | None = None) -> None:
    """Enqueue one task a hundred messages, in one round trip."""
    parts = [ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK)]
    batch = [_arguments(channel, part, priority) for part in parts]
    defer_many(send, batch, at=at, priority=priority, context=NOBODY)


def _arguments(channel: str, ids: Sequence[UUID], priority: Priority) -> dict[str, Any]:
    return {"channel": channel, "ids": [str(key) for key in ids], "level": int(priority)}


@task(name="delivery.send", own_transaction=False)
def send(*, context: object, channel: str, ids: list[str], level: int) -> None:
    """Send these messages, or leave them waiting while the channel rests."""
    if resting(channel):
        return  # they stay in the outbox; `resume` takes them up
    Turn(channel, Priority(level)).run([UUID(key) for key in ids])


@task(name="delivery.resume", own_transaction=False, priority=Priority.NOW)
def resume(*, context: object, channel: str) -> None:
    """Try one message on a channel that rests; if it leaves, let all the others follow."""
    if not Turn(channel, Priority.NOW, probing=True).run(first_waiting(channel)):
        return
    with in_outbox():
        Pause.objects.filter(pk=channel).delete()
    # Only now: whoever still saw the pause has written its messages before this reads them.
    release(channel)


def release(channel: str) -> None:
    """Give every waiting message of a channel a task again, the most urgent first."""
    with in_outbox():
        rows = waiting_on(channel).filter(next_attempt_at__lte=timezone.now())
        _release(channel, list(rows.order_by("-priority", "id").values_list("id", "priority")))


def release_forgotten(channel: str, *, before: datetime) -> int:
    """Give a task again to messages that should have left before that moment; return how many."""
    with in_outbox():
        rows = waiting_on(channel).filter(next_attempt_at__lte=before)
        found = list(rows.order_by("-priority", "id").values_list("id", "priority")[:10_000])
        _release(channel, found)
        Outgoing.objects.filter(pk__in=[key for key, _ in found]).update(next_attempt_at=timezone.now())
    return len(found)


def _release(channel: str, rows: Sequence[tuple[UUID, int]]) -> None:
    for priority in dict.fromkeys(level for _, level in rows):
        ids = [key for key, level in rows if level == priority]
        defer_sends(channel=channel, ids=ids, priority=Priority(priority))


def waiting_on(channel: str) -> QuerySet[Outgoing]:
    """Return the messages of a channel that have not left yet."""
    return Outgoing.objects.filter(channel=channel, state__in=[State.QUEUED, State.SENDING])


def first_waiting(channel: str) -> list[UUID]:
    """Return the message to try first: the one tried least, so that a bad one does not stand before all others."""
    with in_outbox():
        return list(waiting_on(channel).order_by("attempts", "-priority", "id").values_list("id", flat=True)[:1])


def resting(channel: str) -> bool:
    """Tell whether a channel's provider is being left alone."""
    return Pause.objects.filter(pk=channel).exists()


@contextmanager
def in_outbox() -> Iterator[None]:
    """A transaction that sees the whole outbox."""
    with transaction.atomic(), use(territory=None, person=None, scope=Scope.DELIVERY):
        yield


class Turn:
    """One task's turn on a channel: one connection to the provider, many messages, two seconds at most."""

    def __init__(self, channel: str, priority: Priority, *, probing: bool = False, clock: Clock = timezone.now) -> None:
        self.channel, self.priority, self.probing, self.clock = channel, priority, probing, clock
        self.flying: dict[UUID, Envelope] = {}

    def run(self, ids: Sequence[UUID]) -> bool:
        """Send what can be sent; return False when the provider turned out to be down."""
        waiting, held = list(dict.fromkeys(ids)), []
        results: Sequence[Result] = ()
        ends = time.monotonic() + TURN
        try:
            with adapter(self.channel) as provider:
                while True:
                    batch, waiting = waiting[: provider.batch], waiting[provider.batch :]
                    with in_outbox():
                        self._record(results)
                        locked, self.flying = claim(batch, now=self.clock())
                        held += locked
                        if waiting and time.monotonic() > ends:
                            defer_send(channel=self.channel, ids=waiting, priority=self.priority)
                            waiting = []
                    if not batch:
                        return True
                    results = self._hand_over(provider.send) if self.flying else ()
        except Down as down:
            with in_outbox():
                self._stop(str(down))
            return False
        finally:
            unlock(held)

    def _hand_over(self, call: Callable[[Sequence[Envelope]], Sequence[Result]]) -> Sequence[Result]:
        try:
            return call(list(self.flying.values()))
        except Down as down:
            suspects = [envelope for envelope in self.flying.values() if envelope.attempts >= SUSPECT]
            if not (down.in_flight and suspects):
                raise
            return [Result(key, Outcome.LATER, str(down)) for key in self.flying]

    def _record(self, results: Sequence[Result]) -> None:
        sent = [result for result in results if result.outcome is Outcome.SENT]
        if sent:
            Outgoing.objects.filter(pk__in=[result.id for result in sent]).update(
                state=State.SENT, sent_at=self.clock(), error="", **wiped_if_secret()
            )
            note_sent(self.channel, sent, self.flying, now=self.clock())
        for result in results:
            if result.outcome is Outcome.REFUSED:
                self._finish(result, State.FAILED)
                mark_refused(self.channel, self.flying[result.id], result.detail, now=self.clock())
            elif result.outcome is Outcome.LATER:
                self._later(result)

    def _finish(self, result: Result, state: State) -> None:
        Outgoing.objects.filter(pk=result.id).update(state=state, error=result.detail[:300], **wiped_if_secret())

    def _later(self, result: Result) -> None:
        now, row = self.clock(), Outgoing.objects.get(pk=result.id)
        if now - row.created_at > GIVE_UP_AFTER:
            self._finish(result, State.GIVEN_UP)
            return
        at = now + timedelta(seconds=back_off(row.attempts, FIRST_WAIT, LONGEST_WAIT))
        Outgoing.objects.filter(pk=row.pk).update(state=State.QUEUED, next_attempt_at=at, error=result.detail[:300])
        defer_send(channel=self.channel, ids=[row.pk], priority=self.priority, at=at)

    def _stop(self, detail: str) -> None:
        """The provider is down: nothing is lost, the channel rests, one task will try again."""
        now = self.clock()
        Outgoing.objects.filter(pk__in=list(self.flying), state=State.SENDING).update(
            state=State.QUEUED, error=detail[:300]
        )
        Pause.objects.bulk_create(
            [Pause(channel=self.channel, since=now, until=now, failures=0)], ignore_conflicts=True
        )
        pause = Pause.objects.select_for_update().get(pk=self.channel)
        if pause.until > now and not self.probing:
            return  # another task noticed at the same moment
        pause.failures, pause.error = pause.failures + 1, detail[:300]
        pause.until = now + timedelta(seconds=back_off(pause.failures, FIRST_PAUSE, LONGEST_PAUSE))
        pause.save()
        defer(resume, at=pause.until, unique=f"delivery.resume:{self.channel}", context=NOBODY, channel=self.channel)


def wiped_if_secret() -> dict[str, Case]:
    """Return the update that empties the words of a secret message."""
    return {
        name: Case(When(is_secret=True, then=Value("")), default=F(name), output_field=TextField())
        for name in ("subject", "text", "html")
    }


def back_off(failures: int, first: float, longest: float) -> float:
    """Return seconds to wait after so many failures in a row: twice as long each time, up to `longest`."""
    return min(longest, first * 2 ** min(max(0, failures - 1), 20))


# A session's advisory lock says that a living process is sending a message: it falls with the process or its
# connection, so a revived task knows at once whether the message on its way still has a sender. One statement locks and
# claims; the columns are those of Envelope, in its order.
_CLAIM = """
    WITH asked AS (SELECT key, place FROM unnest(%s::uuid[]) WITH ORDINALITY AS asked (key, place)),
    held AS MATERIALIZED (
        SELECT key, place FROM asked WHERE pg_try_advisory_lock(hashtextextended('delivery:' || key, 0))
    ),
    claimed AS (
        UPDATE delivery_outgoing SET state = 'sending', attempts = attempts + 1
        WHERE id IN (SELECT key FROM held) AND state IN ('queued', 'sending') AND next_attempt_at <= %s
        RETURNING id, address, subject, text, message_id, html, name, sender, territory_id, person_id, attempts, headers
    )
    SELECT held.key, claimed.* FROM held LEFT JOIN claimed ON claimed.id = held.key ORDER BY held.place
"""
_UNLOCK = "SELECT pg_advisory_unlock(hashtextextended('delivery:' || key, 0)) FROM unnest(%s::text[]) AS key"


def claim(ids: Sequence[UUID], *, now: datetime) -> tuple[list[UUID], dict[UUID, Envelope]]:
    """Take those messages that are due and that no living process is sending; return what is locked and what to send.

    The intent is committed with the running transaction. A clock may run a second behind the database's.
    """
    if not ids:
        return [], {}
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [list(ids), now + timedelta(seconds=1)])
        rows = cursor.fetchall()
    return [row[0] for row in rows], {row[1]: _envelope(*row[1:]) for row in rows if row[1] is not None}


def _envelope(*columns: Any) -> Envelope:
    key, address, subject, text, message_id, html, name, sender, territory, person, attempts, headers = columns
    return Envelope(
        key, address, subject, text, message_id, html, name, sender or settings.DEFAULT_FROM_EMAIL,
        json.loads(headers), territory, person, attempts,
    )  # fmt: skip


def unlock(ids: Sequence[UUID]) -> None:
    """Let go of messages taken by :func:`claim`; a broken connection has done so already."""
    if not ids or connection.connection is None or connection.connection.closed:
        return
    with connection.cursor() as cursor:
        cursor.execute(_UNLOCK, [[str(key) for key in ids]])
