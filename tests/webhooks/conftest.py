"""A town that tells a machine, and the machine."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from parvis.core.tasks.operations import snapshot
from parvis.core.webhooks import operations, sending, tasks
from parvis.core.webhooks.models import Delivery, Subscription
from parvis.lib.outbound import networks
from parvis.lib.tests.receiver import Got, Receiver, receiving

ALL = ["issues.accepted", "issues.declined", "issues.planned", "issues.reopened", "issues.reported", "issues.resolved"]


@pytest.fixture
def receiver(settings: object) -> Iterator[Receiver]:
    """A machine that answers 204 until told otherwise; the operator allows calls to it."""
    settings.OUTBOUND_NETWORKS = networks("127.0.0.0/8")
    with receiving() as machine:
        yield machine


@pytest.fixture
def told(territory: object, clerk: object, receiver: Receiver) -> tuple[Subscription, str]:
    """A subscription to every event of reports, and its secret."""
    return operations.subscribe(actor=clerk, name="Tableau de bord", url=receiver.url, events=ALL, now=timezone.now())


def check(secret: str, got: Got) -> dict[str, object]:
    """Verify a message as docs/webhooks.md shows a receiver, and return what it says."""
    said = f"{got.headers['webhook-id']}.{got.headers['webhook-timestamp']}.".encode() + got.body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    wanted = base64.b64encode(hmac.new(key, said, hashlib.sha256).digest()).decode()
    signatures = [part.partition(",")[2] for part in got.headers["webhook-signature"].split(" ")]
    assert any(hmac.compare_digest(wanted, signature) for signature in signatures)
    assert abs(datetime.now(UTC).timestamp() - int(got.headers["webhook-timestamp"])) < 300
    return json.loads(got.body)


def pump(subscription: Subscription) -> None:
    """Do what the worker does for a subscription now."""
    tasks.send.func(context=snapshot(), subscription=str(subscription.pk))


def one_try(subscription: Subscription, now: datetime) -> bool:
    """Make one try at a moment of the test's choosing; return whether something was due."""
    parcel = sending.claim(subscription.pk, now=now)
    if parcel is not None:
        sending.settle(parcel, sending.post(parcel), now=now)
    return parcel is not None


def days_of_tries(subscription: Subscription, start: datetime, *, days: float) -> list[datetime]:
    """Look whether something is due every five seconds of those days, as the tasks would; return when it was."""
    tried, now, ends = [], start, start + timedelta(days=days)
    while now < ends:
        if one_try(subscription, now):
            tried.append(now)
        else:
            now = max(now + timedelta(seconds=1), _next(subscription, ends))
    return tried


def _next(subscription: Subscription, ends: datetime) -> datetime:
    subscription.refresh_from_db()
    waiting = Delivery.objects.filter(subscription=subscription, state="waiting").order_by("next_at").first()
    if waiting is None or subscription.state != "active":
        return ends
    return max(waiting.next_at, subscription.rests_until or waiting.next_at)


@pytest.fixture
def jobs() -> Callable[[], list[tuple[str, object]]]:
    """`jobs()`: the webhooks' tasks that wait, with the moment they wait for."""

    def look() -> list[tuple[str, object]]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT task_name, scheduled_at FROM procrastinate_jobs"
                " WHERE status = 'todo' AND task_name LIKE 'webhooks.%%' ORDER BY id",
                [],
            )
            return cursor.fetchall()

    return look
