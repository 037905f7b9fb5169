"""The outbox: messages a second through an in-process provider, and through SMTP to a server on the loopback.

The baseline is one multi-row INSERT of the same rows: what the database alone would take.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Sequence
from typing import Any

TARGET = 2000.0
MESSAGES, OVER_SMTP = 10_000, 300


class Swallow:
    """A provider in this process that takes everything."""

    batch = 500

    def __init__(self, channel: str) -> None:
        self.channel = channel

    def __enter__(self) -> Swallow:
        return self

    def __exit__(self, *error: object) -> None:
        return None

    def send(self, envelopes: Sequence[Any]) -> list[Any]:
        """Take them."""
        from parvis.core.delivery.channels.protocol import Outcome, Result

        return [Result(envelope.id, Outcome.SENT) for envelope in envelopes]


def _write(town: Any, count: int, name: str) -> tuple[list[Any], float]:
    """Enqueue messages; return the ids in chunks as tasks get them, and the seconds it took."""
    from django.db import connection, transaction

    from parvis.core.delivery.operations import Message, enqueue_many
    from parvis.core.tasks.operations import Priority
    from parvis.core.tenancy.context import use

    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE task_name = 'delivery.send'")
    messages = [
        Message(address=f"{name}{n}@example.test", subject="Banc d'essai", text="Bonjour", priority=Priority.BULK)
        for n in range(count)
    ]
    started = time.perf_counter()
    with transaction.atomic(), use(territory=town):
        enqueue_many(messages)
    seconds = time.perf_counter() - started
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE task_name = 'delivery.send' RETURNING args->'ids'")
        return [json.loads(ids) for (ids,) in cursor.fetchall()], seconds


def _send(parts: list[Any]) -> float:
    from parvis.core.delivery.sending import Turn
    from parvis.core.tasks.operations import Priority

    started = time.perf_counter()
    for ids in parts:
        Turn("email", Priority.BULK).run(ids)
    return time.perf_counter() - started


def _plain_insert(town: Any) -> float:
    from django.db import transaction

    from parvis.core.delivery.models import Outgoing
    from parvis.core.tenancy.context import use

    rows = [Outgoing(territory_id=town.pk, address=f"p{n}@example.test", text="Bonjour") for n in range(MESSAGES)]
    started = time.perf_counter()
    with transaction.atomic(), use(territory=town):
        Outgoing.objects.bulk_create(rows, batch_size=1000)
        seconds = time.perf_counter() - started
        transaction.set_rollback(True)
    return seconds


def rows() -> list[dict[str, Any]]:
    """Measure on the database of `DATABASE_URL`, by hand of the sender itself, without a worker."""
    from django.conf import settings

    from parvis.core.delivery.models import Outgoing
    from parvis.core.delivery.sending import in_outbox
    from parvis.core.delivery.tests.mailserver import MailServer
    from parvis.core.tenancy.models import Territory

    town = Territory.objects.get_or_create(slug="banc-messages", defaults={"name": "Banc d'essai"})[0]
    before, server = settings.DELIVERY_ADAPTERS, MailServer()
    try:
        settings.DELIVERY_ADAPTERS = {"email": "bench.delivery.Swallow"}
        parts, writing = _write(town, MESSAGES, "m")
        rate = MESSAGES / (writing + _send(parts))
        plain = MESSAGES / _plain_insert(town)
        settings.DELIVERY_ADAPTERS = {"email": "parvis.core.delivery.channels.email.smtp.SmtpAdapter"}
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        server.start()
        parts, _ = _write(town, OVER_SMTP, "s")
        over_smtp = OVER_SMTP / _send(parts)
    finally:
        server.stop()
        settings.DELIVERY_ADAPTERS = before
        with in_outbox():
            Outgoing.objects.filter(territory=town).delete()
    return [
        {
            "bench": "outbox_in_process", "value": round(rate, 0), "unit": "messages/s, written and sent",
            "target": TARGET, "met": rate >= TARGET, "baseline": round(plain, 0), "ratio": round(rate / plain, 2),
            "n": MESSAGES,
        },
        {
            "bench": "outbox_smtp", "value": round(over_smtp, 0), "unit": "messages/s on one line", "target": None,
            "met": None, "baseline": None, "ratio": None, "n": OVER_SMTP,
        },
    ]  # fmt: skip


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "parvis.project.settings")
    django.setup()
    for row in rows():
        print(json.dumps(row))
