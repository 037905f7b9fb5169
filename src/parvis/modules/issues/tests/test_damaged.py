"""Addresses and forms of staff that arrive damaged are answered, never broken."""

import pytest
from django.test import Client

from parvis.core.content.operations import ensure_territory_content
from parvis.core.identity.tests.factories import make_staff, sign_in
from parvis.core.tenancy.models import Territory
from parvis.lib.actor import Actor
from parvis.lib.ids import new_id, read_id
from parvis.modules.issues import operations

from .factories import NOW, make_issue

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(territory: Territory) -> Client:
    ensure_territory_content(territory)
    client = Client(headers={"host": "localhost"})
    sign_in(client, make_staff(territory))
    return client


@pytest.mark.parametrize("damaged", ["abc", "0", "é", "99999999999999999999999999999999999", "null"])
def test_a_damaged_id_is_no_id(office: Client, territory: Territory, clerk: Actor, damaged: str) -> None:
    issue, base = make_issue(), f"/{territory.slug}/bureau/signalements"
    operations.draft_rules(actor=clerk, now=NOW)
    assert office.get(f"{base}/nouveau/", {"person": damaged}).status_code == 200
    for name, field in (("photo", "photo"), ("asset", "asset")):
        assert office.post(f"{base}/{issue.code}/{name}/", {field: damaged}).status_code == 404
    assert office.post(f"{base}/aiguillage/faire/delete/", {"rule": damaged}).status_code == 404
    assert office.post(f"{base}/aiguillage/faire/draft/", {"source": damaged}).status_code == 302


@pytest.mark.parametrize(
    "path", ["{town}/signalements/%00", "{town}/mon-espace/demandes/%00/", "%00/", "api/v1/{town}/issues/%00"]
)
def test_an_address_with_a_sign_that_no_text_holds_leads_nowhere(territory: Territory, path: str) -> None:
    client = Client(headers={"host": "localhost"})
    assert client.get(f"/{path.format(town=territory.slug)}").status_code == 404


def test_an_id_is_read_as_it_is_written() -> None:
    known = new_id()
    assert read_id(str(known)) == known
    assert read_id("") is read_id(None) is read_id("x") is None
