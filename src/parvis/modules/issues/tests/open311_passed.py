"""A town that passes reports on to another body, and the steps of the worker, at moments of the test's choosing."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from parvis.core.tasks.operations import in_context, snapshot
from parvis.core.tenancy.models import Territory
from parvis.lib.actor import Actor
from parvis.lib.outbound import networks
from parvis.modules.issues import operations
from parvis.modules.issues.models import (
    Destination,
    Endpoint,
    Issue,
    PassedOn,
)
from parvis.modules.issues.open311 import following, tasks

from .factories import NOW, CategoryFactory, make_issue
from .open311_remote import Remote, remote_endpoint

HERE = networks("127.0.0.0/8")


@pytest.fixture
def remote(settings: Any) -> Iterator[Remote]:
    settings.OUTBOUND_NETWORKS = HERE
    with remote_endpoint() as found:
        yield found


@pytest.fixture
def body(remote: Remote, territory: Territory, clerk: Actor) -> Endpoint:
    endpoint = Endpoint(name="Ville voisine", url=f"{remote.url}/", jurisdiction_id="voisine.test")
    operations.save_endpoint(actor=clerk, endpoint=endpoint, now=NOW, networks=HERE, api_key="xyz")
    tasks.ask_services(context=snapshot(), endpoint=str(endpoint.pk))
    endpoint.refresh_from_db()
    return endpoint


@pytest.fixture
def destination(body: Endpoint, clerk: Actor) -> Destination:
    return operations.save_destination(
        actor=clerk, endpoint=body, category=CategoryFactory(), service_code="7", now=NOW, attributes={"SIDE": "L"}
    )


@pytest.fixture
def issue(destination: Destination, resident: Actor) -> Issue:
    return make_issue(resident, category=destination.category, description="Trou <b>profond</b>")


def later(minutes: float) -> Any:
    return lambda: NOW + timedelta(minutes=minutes)


def inside() -> Any:
    return partial(in_context, snapshot())


def send(passed: PassedOn, minutes: float = 1) -> PassedOn:
    following.send(passed.pk, inside(), later(minutes))
    passed.refresh_from_db()
    return passed


def hear(passed: PassedOn, minutes: float = 20) -> PassedOn:
    following.hear(passed.endpoint_id, [passed.pk], inside(), later(minutes))
    passed.refresh_from_db()
    passed.issue.refresh_from_db()
    return passed
