"""E-mail over a real line, to a server that refuses, dies and recovers; workers that are killed."""

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager

import pytest
from django.db import transaction
from django.utils import timezone

from parvis.core.delivery import sending
from parvis.core.delivery.models import Outgoing, Pause, State
from parvis.core.delivery.operations import Message, enqueue, enqueue_mail, enqueue_many
from parvis.core.tasks.operations import Priority
from parvis.core.tenancy.context import use
from parvis.core.tenancy.models import Territory

from .mailserver import MailServer, wait_until

pytestmark = [pytest.mark.process, pytest.mark.slow]


@pytest.fixture
def server():
    mailbox = MailServer()
    mailbox.start()
    yield mailbox
    mailbox.stop()


@pytest.fixture
def town(committed_db, server, settings):
    """A territory, and this process sending to the server."""
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    settings.DEFAULT_FROM_EMAIL = "p@ici.test"
    settings.DELIVERY_ADAPTERS = {"email": "parvis.core.delivery.channels.email.smtp.SmtpAdapter"}
    return Territory.objects.create(slug="danville", name="Danville, Québec", email="info@danville.test")


def write(town, count=1, **given):
    """Enqueue messages and commit; return their ids."""
    with transaction.atomic(), use(territory=town):
        return [
            enqueue(Message(address=f"p{n}@example.test", subject=f"Sujet {n}", text="Bonjour é", **given))
            for n in range(count)
        ]


def run(*ids, **options):
    return sending.Turn("email", Priority.NORMAL, **options).run(ids)


def states():
    with sending.in_outbox():
        return list(Outgoing.objects.order_by("id").values_list("state", flat=True))


@contextmanager
def worker(server, *options):
    """A worker process of our own; killed at the end if it still runs."""
    command = [sys.executable, "-m", "parvis.project.cli", "worker", *options]
    process = subprocess.Popen(command, env={**os.environ, **server.environment()})
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


def test_the_message_that_arrives(town, server):
    with transaction.atomic(), use(territory=town):
        key = enqueue_mail(
            "monique@example.test", subject="Réparé", text="C'est fait.", language="fr", url="https://x.test/é"
        )
    assert run(key)
    [message] = server.box.arrived
    with sending.in_outbox():
        row = Outgoing.objects.get(pk=key)
    assert message["Message-ID"] == row.message_id
    assert message["Reply-To"] == "info@danville.test"
    assert "p@ici.test" in message["From"]
    text, html = message.get_payload()
    assert (text.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    assert "https://x.test/é" in text.get_payload(decode=True).decode()
    assert 'style="' in html.get_payload(decode=True).decode()
    assert row.state == State.SENT


def test_one_line_serves_many(town, server):
    run(*write(town, 7))
    assert len(server.box.arrived) == 7
    assert server.box.lines == 1


def test_a_server_that_is_away_delays_and_loses_nothing(town, server):
    server.stop()
    keys = write(town, 3)
    assert not run(*keys)
    assert states() == [State.QUEUED] * 3
    server.start()
    sending.resume.func(context={}, channel="email")
    assert not Pause.objects.exists()
    run(*keys)
    assert states() == [State.SENT] * 3
    assert len(set(server.box.ids)) == len(server.box.ids) == 3


def test_a_server_that_hangs_up_in_the_middle(town, server):
    server.box.hang_up_at = {2}
    keys = write(town, 4)
    assert not run(*keys)
    assert states() == [State.SENT, State.QUEUED, State.QUEUED, State.QUEUED]
    assert run(*keys)
    assert states() == [State.SENT] * 4
    assert len(set(server.box.ids)) == 4


def test_a_server_that_says_no_and_one_that_says_later(town, server):
    answers = {"p0@example.test": "550 nobody here", "p1@example.test": "451 greylisted"}
    server.box.answer = answers.get
    assert run(*write(town, 3))
    assert states() == [State.FAILED, State.QUEUED, State.SENT]
    assert not Pause.objects.exists()


def test_a_confirmation_does_not_wait_behind_a_mass_mailing(town, server):
    with transaction.atomic(), use(territory=town):
        enqueue_many(
            Message(address=f"b{n}@example.test", subject="Bulletin", text="a", priority=Priority.BULK)
            for n in range(500)
        )
    write(town, priority=Priority.NOW)
    with worker(server, "--concurrency", "1", "--until-idle") as process:
        assert process.wait(120) == 0
    subjects = [message["Subject"] for message in server.box.arrived]
    assert subjects[0] == "Sujet 0"
    assert len(subjects) == 501
    assert set(states()) == {State.SENT}


def test_a_confirmation_passes_a_mass_mailing_under_way(town, server):
    server.box.slow = 0.05
    with transaction.atomic(), use(territory=town):
        enqueue_many(
            Message(address=f"b{n}@example.test", subject="Bulletin", text="a", priority=Priority.BULK)
            for n in range(300)
        )
    with worker(server, "--concurrency", "1"):
        wait_until(lambda: len(server.box.arrived) > 5)
        began = time.monotonic()
        write(town, priority=Priority.NOW)
        wait_until(lambda: any(message["Subject"] == "Sujet 0" for message in list(server.box.arrived)))
        assert time.monotonic() - began < sending.TURN + 3
        assert len(server.box.arrived) < 200


def test_a_worker_killed_in_the_middle_of_a_message(town, server):
    """Nothing is lost; only the one on its way may come twice, and then under the same Message-ID."""
    server.box.pause_at = {5: threading.Event()}
    with transaction.atomic(), use(territory=town):
        enqueue_many(Message(address=f"b{n}@example.test", subject="Bulletin", text="a") for n in range(20))
    with worker(server, "--concurrency", "1") as first:
        wait_until(lambda: server.box.begun == 5)
        first.send_signal(signal.SIGKILL)
        first.wait()
    server.box.pause_at[5].set()
    assert states().count(State.SENDING) == 1
    killed = timezone.now()
    with worker(server):
        wait_until(lambda: set(states()) == {State.SENT}, seconds=60)
    assert (timezone.now() - killed).total_seconds() < 60
    assert len(set(server.box.ids)) == 20
    assert len(server.box.ids) == 21
    assert server.box.ids.count(server.box.ids[4]) == 2
