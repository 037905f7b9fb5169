"""How the tests of Open311 call it, as a program does."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from parvis.core.apikeys.operations import make_key
from parvis.core.tenancy.models import Territory
from parvis.lib.actor import Actor
from parvis.modules.issues.models import Issue

from .factories import make_issue

BASE = "/api/open311/v2"
XML, JSON = "text/xml; charset=utf-8", "application/json; charset=utf-8"


@pytest.fixture
def client(neighbour: Territory) -> Client:
    """A program; the instance has several territories."""
    return Client(headers={"host": "localhost"})


def now() -> datetime:
    return datetime.now(UTC)


def ask(client: Client, path: str, territory: Territory, **given: Any) -> Any:
    return client.get(f"{BASE}/{path}?{urlencode({'jurisdiction_id': territory.slug, **given})}")


def key_for(territory: Territory, *scopes: str) -> str:
    """A program's key: it may report."""
    actor, given = Actor.system(territory.pk), list(scopes) or ["issues.report"]
    return make_key(actor=actor, name="Essai", purpose="Essais", scopes=given, now=now())[1]


def send(client: Client, territory: Territory, form: str = "json", **given: Any) -> Any:
    common = {"jurisdiction_id": territory.slug, "lat": "45.8", "long": "-71.9", "api_key": key_for(territory)}
    given = common | given
    body = urlencode({name: value for name, value in given.items() if value is not None}, doseq=True)
    return client.post(f"{BASE}/requests.{form}", body, content_type="application/x-www-form-urlencoded; charset=utf-8")


def recent(actor: Actor | None = None, **given: Any) -> Issue:
    return make_issue(actor, **{"now": now() - timedelta(days=1), **given})


def codes(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [row["service_request_id"] for row in answer.json()]
