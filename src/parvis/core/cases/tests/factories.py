"""Cases for tests, made by the operations themselves, so that they have their history."""

import json
from datetime import UTC, datetime
from typing import Any

import factory
from django.db import connection

from parvis.core.cases import operations
from parvis.core.cases.models import Case
from parvis.core.events.operations import Event, handle
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
    """Let the subscribers run that wait for an event, the oldest first, until none waits; return how many ran.

    In the test's own transaction; a subscriber that raises fails the test. Tasks that speak to the outside are left.
    """
    count = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE procrastinate_jobs SET status = 'doing' WHERE id = (SELECT min(id) FROM procrastinate_jobs"
                " WHERE status = 'todo' AND task_name = 'events.handle') RETURNING args"
            )
            row = cursor.fetchone()
        if row is None:
            return count
        handle(**(json.loads(row[0]) if isinstance(row[0], str) else row[0]))
        count += 1
