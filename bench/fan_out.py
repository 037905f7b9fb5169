"""The fan-out: one notice to three hundred thousand people, into the inbox and out by a provider in this process.

The whole way is measured: the audience is read, tasks of five hundred people are deferred, workers look up what each
person wishes, write inbox and outbox, and hand every message over. The baseline is one plain batch insert of the same
rows, inbox and outbox, in the same run. `PARVIS_FAN_OUT` says how many people, for a smaller try.
"""

from __future__ import annotations

import os
import resource
import threading
import time
from typing import Any

from bench.stand.rows import row

NEEDS, LIMIT = "tables", 1800
TARGET = 2000.0
PEOPLE = int(os.environ.get("PARVIS_FAN_OUT", "300000"))
FLAT_MB = 150.0  # megabytes that the process may grow by, from a tenth of the way to its end
SOONEST = 5.0  # seconds within which a person's own confirmation leaves
NAME = "banc-envoi"
_CHUNK = 5000
_seen: dict[str, float] = {}


class Watching:
    """A provider in this process that takes everything, and notes when the confirmation went through."""

    batch = 500

    def __init__(self, channel: str) -> None:
        self.channel = channel

    def __enter__(self) -> Watching:
        return self

    def __exit__(self, *error: object) -> None:
        return None

    def send(self, envelopes: Any) -> list[Any]:
        """Take them."""
        from parvis.core.delivery.channels.protocol import Outcome, Result

        for envelope in envelopes:
            if envelope.subject == "Votre confirmation":
                _seen["confirmed"] = time.perf_counter()
        return [Result(envelope.id, Outcome.SENT) for envelope in envelopes]


def _people(town: Any) -> None:
    """Write the people and their presence, some thousands a statement."""
    from django.db import transaction

    from parvis.core.identity.models import Person, Presence
    from parvis.core.tenancy.bulk import Rows
    from parvis.core.tenancy.context import use
    from parvis.core.tenancy.guard import Scope
    from parvis.lib.ids import new_id

    for start in range(0, PEOPLE, _CHUNK):
        persons = Rows(Person, "id", "name", "email", "language")
        presences = Rows(Presence, "id", "person_id", "territory_id")
        for number in range(start, min(start + _CHUNK, PEOPLE)):
            key = new_id()
            persons.add(key, f"Personne {number}", f"p{number}@example.test", ("fr", "en", "es")[number % 3])
            presences.add(new_id(), key, town.pk)
        with transaction.atomic(), use(territory=town, scope=Scope.SIGN_IN):
            persons.write()
            presences.write()


def _house() -> Any:
    """Add a module with one notice to everybody of the town; return its event's name."""
    from parvis.core.identity.models import Presence
    from parvis.core.registry import registry as house
    from parvis.core.registry.entries import Notice, Recipient
    from parvis.core.registry.module import Module
    from parvis.core.registry.registry import Registry, registry
    from parvis.core.tenancy.context import current_territory_id

    def everybody(event: Any) -> Any:
        rows = Presence.objects.filter(territory_id=current_territory_id()).values_list("person_id", flat=True)
        yield from (Recipient(person_id=key) for key in rows.iterator(2000))

    def words(event: Any) -> dict[str, str]:
        return {"title": "Collecte reportée", "intro": "La collecte de lundi passe mardi.", "path": "/"}

    notice = Notice("fanout.told", "everybody", everybody, words, template="content/notices/news")
    module = Module(name="fanout", label="Banc d'essai", emits=["fanout.told"], notices=[notice])
    house._registry = Registry([*registry().modules, module])
    return notice


def _confirm_halfway(town: Any) -> None:
    """While the mass mailing runs, enqueue one person's own confirmation, as a request would."""
    from django.db import connection, transaction

    from parvis.core.delivery.operations import Message, enqueue
    from parvis.core.tasks.operations import Priority
    from parvis.core.tenancy.context import use

    time.sleep(max(2.0, PEOPLE / 20_000))
    with transaction.atomic(), use(territory=town):
        _seen["asked"] = time.perf_counter()
        enqueue(Message(address="moi@example.test", subject="Votre confirmation", text="a", priority=Priority.NOW))
    connection.close()


def _plain_insert(town: Any) -> float:
    """Return rows pairs a second of one plain batch insert of inbox and outbox, taken back afterwards."""
    from django.db import transaction

    from parvis.core.delivery.models import Outgoing
    from parvis.core.identity.models import Presence
    from parvis.core.notifications.models import InboxMessage
    from parvis.core.tenancy.context import use
    from parvis.lib.ids import new_id

    count = min(PEOPLE, 20_000)
    with transaction.atomic(), use(territory=town):
        people = list(Presence.objects.filter(territory=town).values_list("person_id", flat=True)[:count])
        event = new_id()
        inbox = [
            InboxMessage(
                territory=town, person_id=key, event_id=event, notice="raw", topic="raw", subject="a", text="a"
            )
            for key in people
        ]
        outgoing = [Outgoing(territory_id=town.pk, person_id=key, address="a@example.test", text="a") for key in people]
        started = time.perf_counter()
        InboxMessage.objects.bulk_create(inbox, batch_size=1000)
        Outgoing.objects.bulk_create(outgoing, batch_size=1000)
        seconds = time.perf_counter() - started
        transaction.set_rollback(True)
    return count / seconds


def _drain() -> None:
    """Work with four threads until no job is left: a worker that does not wait ends when it finds none to begin."""
    from parvis.core.tasks.operations import waiting
    from parvis.core.tasks.worker import run_worker

    while waiting():
        run_worker(concurrency=4, wait=False)


def _memory() -> float:
    """Return the megabytes this process holds at its most so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def rows() -> list[dict[str, Any]]:
    """Measure on the database of `DATABASE_URL`, with one worker of four threads in this process."""
    from django.conf import settings
    from django.db import transaction

    from parvis.core.delivery.models import Outgoing, State
    from parvis.core.delivery.sending import in_outbox
    from parvis.core.events.operations import record
    from parvis.core.notifications.models import InboxMessage
    from parvis.core.tenancy.context import use
    from parvis.core.tenancy.models import Territory
    from parvis.lib.actor import Actor

    settings.DELIVERY_ADAPTERS = {"email": "bench.fan_out.Watching"}
    _house()
    town = Territory.objects.create(slug=NAME, name="Banc d'essai")
    _people(town)
    plain = _plain_insert(town)
    early: list[float] = []
    sampler = threading.Timer(max(3.0, PEOPLE / 20_000), lambda: early.append(_memory()))
    sampler.start()
    asker = threading.Thread(target=_confirm_halfway, args=[town])
    started = time.perf_counter()
    with transaction.atomic(), use(territory=town):
        record(Actor.system(town.pk), "fanout.told", None)
    asker.start()
    _drain()
    seconds = time.perf_counter() - started
    asker.join()
    _drain()  # the confirmation, where it came after the last message had left
    grown = _memory() - (early[0] if early else _memory())
    with in_outbox():
        sent = Outgoing.objects.filter(territory=town, state=State.SENT).count() - 1
    with transaction.atomic(), use(territory=town):
        told = InboxMessage.objects.count()
    assert sent == told == PEOPLE, (sent, told, PEOPLE)
    waited = _seen["confirmed"] - _seen["asked"]
    rate = PEOPLE / seconds
    return [
        row("fan_out", rate, "people/s, told and sent", target=TARGET, at_least=True, baseline=plain, n=PEOPLE),
        row("fan_out_memory", grown, "MB grown on the way", target=FLAT_MB, n=PEOPLE),
        row("fan_out_confirmation", waited, "s until a confirmation leaves", target=SOONEST, n=1),
    ]
