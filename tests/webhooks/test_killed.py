"""kill -9 of the worker while it sends: every message arrives, under one id, signed."""

import os
import subprocess
import sys
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from parvis.core.tenancy.context import use
from parvis.core.tenancy.models import Territory
from parvis.core.webhooks import operations
from parvis.core.webhooks.models import Delivery
from parvis.lib.actor import Actor
from parvis.lib.tests.receiver import receiving
from parvis.modules.issues.tests.factories import make_issue
from tests.process.processes import wait_until

from .conftest import ALL, check

pytestmark = [pytest.mark.process, pytest.mark.slow, pytest.mark.needs_postgres]
REPORTS = 6


@pytest.fixture
def start_worker(committed_db, settings):
    """`start_worker()`: a worker that may call this machine; what still runs is killed at the end."""
    started = []

    def start():
        allowed = {"PARVIS_OUTBOUND_NETWORKS": "127.0.0.0/8", "PARVIS_SECRETS_KEY_FILE": str(settings.SECRETS_KEY_FILE)}
        command = [sys.executable, "-m", "parvis.project.cli", "worker", "--concurrency", "2"]
        started.append(subprocess.Popen(command, env={**os.environ, **committed_db.environment(), **allowed}))
        return started[-1]

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.wait()


def test_a_worker_killed_while_it_sends_loses_nothing(committed_db, settings, tmp_path, start_worker):
    settings.SECRETS_KEY_FILE = tmp_path / "secrets.key"
    from parvis.lib.outbound import networks

    settings.OUTBOUND_NETWORKS = networks("127.0.0.0/8")
    town = Territory.objects.create(slug="danville", name="Danville")
    with receiving(answers=["hang", 204], patience=120) as receiver:
        with transaction.atomic(), use(territory=town):
            _, secret = operations.subscribe(
                actor=Actor.system(town.pk), name="Essai", url=receiver.url, events=ALL, now=timezone.now()
            )
        for _ in range(REPORTS):
            with transaction.atomic(), use(territory=town):
                make_issue(now=timezone.now())
        worker = start_worker()
        wait_until(lambda: receiver.got, 60)
        worker.kill()
        worker.wait()
        with transaction.atomic(), use(territory=town):
            assert Delivery.objects.filter(state="waiting").count() == REPORTS
            # The sweep would wait for two minutes; this test does not.
            Delivery.objects.update(next_at=timezone.now() - timedelta(minutes=3))
        start_worker()

        def all_delivered():
            with transaction.atomic(), use(territory=town):
                return Delivery.objects.filter(state="delivered").count() == REPORTS

        wait_until(all_delivered, 120)
        said = [check(secret, got) for got in receiver.got]
        assert len({one["data"]["code"] for one in said}) == REPORTS
        assert len({got.headers["webhook-id"] for got in receiver.got}) == REPORTS
        assert len(receiver.got) == REPORTS + 1  # the one that was cut off came twice, under its own id
