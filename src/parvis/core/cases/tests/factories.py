"""Cases for tests, made by the operations themselves, so that they have their history."""

from datetime import UTC, datetime
from typing import Any

import factory
from django.db import connection

from parvis.core.cases import operations
from parvis.core.cases.models import Case
from parvis.core.events.operations import Event
from parvis.core.identity.tests.factories import OwnedFactory
from parvis.core.tenancy.context import use
from parvis.core.tenancy.models import Territory
from parvis.lib.actor import Actor

NOW = datetime(2026, 6, 1, 14, 0, tzinfo=UTC)  # a Monday


class CaseFactory(OwnedFactory):
    """A bare row, for lists and figures; :func:`make_case` makes one with its history."""

    class Meta:
        model = Case

    kind = "issues"
    subject = factory.Sequence(lambda n: f"Nid-de-poule numéro {n}")
    opened_at = NOW


def make_case(territory: Territory, actor: Actor | None = None, **fields: Any) -> Case:
    """Open a case in that territory; by somebody unknown unless an actor is given."""
    wanted = {"kind": "issues", "subject": "Nid-de-poule devant le 12", "now": NOW, **fields}
    with use(territory=territory):
        return operations.open_case(actor=actor or Actor.visitor(territory.pk), **wanted)


def events_named(name: str) -> list[Event]:
    """Return the events of that name recorded in the territory in force, oldest first."""
    from parvis.core.audit.models import Entry

    return [Event.of(entry) for entry in Entry.objects.filter(name=name).order_by("at", "id")]


def run_queue() -> int:
    """Run every waiting task in this transaction, the oldest first, until none waits; return how many ran.

    For tests of what follows an event. A task that raises fails the test.
    """
    from procrastinate.contrib.django import app

    count = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT id, task_name, args FROM procrastinate_jobs WHERE status = 'todo' ORDER BY id LIMIT 1"
            )
            row = cursor.fetchone()
            if row is None:
                return count
            cursor.execute("UPDATE procrastinate_jobs SET status = 'doing' WHERE id = %s", [row[0]])
        arguments = row[2]
        if isinstance(arguments, str):
            import json

            arguments = json.loads(arguments)
        app.tasks[row[1]](**arguments)
        count += 1
