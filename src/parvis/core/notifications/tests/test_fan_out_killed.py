"""A worker that dies in the middle of a fan-out: nobody is forgotten, and only what was on its way comes twice."""

import signal
import threading
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from parvis.core.content.models import NewsIndex, NewsPage
from parvis.core.content.queries import root_of
from parvis.core.delivery.tests.mailserver import MailServer
from parvis.core.delivery.tests.test_smtp import states, worker
from parvis.core.events.operations import record
from parvis.core.identity.models import Person, Presence
from parvis.core.identity.tests.factories import TerritoryFactory, furnish
from parvis.core.notifications.models import Choice, InboxMessage
from parvis.core.tenancy.context import use
from parvis.core.tenancy.guard import Scope
from parvis.lib.actor import Actor
from parvis.lib.ids import new_id
from tests.process.processes import wait_until

pytestmark = [pytest.mark.process, pytest.mark.needs_postgres]
PEOPLE = 640  # three tasks of the fan-out: 21, 500 and the rest


@pytest.fixture
def server():
    running = MailServer()
    running.start()
    yield running
    running.stop()


def readers(town):
    """People who want the news at once by e-mail."""
    people = [Person(name=f"P{n}", email=f"p{n}@example.test", language="fr") for n in range(PEOPLE)]
    with use(territory=town, scope=Scope.SIGN_IN):
        Person.objects.bulk_create(people)
        Presence.objects.bulk_create([Presence(person=person, territory=town) for person in people])
        Choice.objects.bulk_create(
            [
                Choice(person=one, topic="content.news", channel=by, rhythm="now")
                for one in people
                for by in ("email", "inbox")
            ]
        )


def test_a_worker_killed_during_a_fan_out(committed_db, server):
    with transaction.atomic():
        town = TerritoryFactory()
        with use(territory=town, person=None):
            furnish(town)
            readers(town)
            page = NewsPage(title="Le pont rouvre", intro="Lundi.", slug=f"p{new_id().hex}")
            NewsIndex.objects.child_of(root_of(town.pk)).get().add_child(instance=page)
            now = timezone.now()
            NewsPage.objects.filter(pk=page.pk).update(first_published_at=now - timedelta(seconds=1), live=True)
            record(Actor.system(town.pk), "content.published", None, now=now, page=page.pk)
    server.box.pause_at = {200: threading.Event()}
    with worker(server, "--concurrency", "2") as first:
        wait_until(lambda: server.box.begun >= 200, seconds=120)
        first.send_signal(signal.SIGKILL)
        first.wait()
    server.box.pause_at[200].set()
    with worker(server, "--concurrency", "2"):
        wait_until(lambda: len(set(server.box.ids)) == PEOPLE and set(states()) == {"sent"}, seconds=180)
    with transaction.atomic(), use(territory=town):
        assert InboxMessage.objects.count() == PEOPLE
    assert PEOPLE <= len(server.box.ids) <= PEOPLE + 2  # what two threads had in their hands
