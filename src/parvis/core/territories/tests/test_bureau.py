"""The staff screen of ties."""

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.html import escape

from parvis.core.content.operations import ensure_territory_content
from parvis.core.identity.tests.factories import (
    AcceptanceFactory,
    DelegationFactory,
    MembershipFactory,
    PublicationFactory,
    make_staff,
    sign_in,
)
from parvis.core.tenancy.context import use
from parvis.core.tenancy.models import Territory
from parvis.core.territories import operations, queries
from parvis.core.territories.models import Delegation
from parvis.lib.actor import Actor

pytestmark = pytest.mark.django_db


@pytest.fixture
def address(client: Client, territory: Territory) -> str:
    """The screen's address, with its manager signed in."""
    ensure_territory_content(territory)
    sign_in(client, make_staff(territory))
    return f"/{territory.slug}/bureau/liens/"


def test_an_empty_screen_says_so(client: Client, address: str) -> None:
    page = client.get(address)
    assert page.status_code == 200
    assert page.content.decode().count("/bureau/liens/publier/") == 4, "a button for each kind"
    assert "/bureau/liens/accepter/" not in page.content.decode(), "nobody publishes anything"


def test_a_manager_joins_delegates_and_accepts(
    client: Client, address: str, territory: Territory, region: Territory
) -> None:
    PublicationFactory(territory=region, kind="news")
    for word, data in (
        ("appartenir/", {"join-body": region.pk}),
        ("deleguer/", {"delegate-to": region.pk, "delegate-service": "issues"}),
        ("accepter/", {"publisher": region.pk, "kind": "news"}),
        ("publier/", {"kind": "agenda"}),
    ):
        assert client.post(address + word, data).status_code == 302, word
    assert queries.bodies_of(territory.pk).get() == region
    assert queries.delegations_by(territory.pk).get().service == "issues"
    assert queries.lenders(territory.pk, "news") == [region]
    assert queries.publications_by(territory.pk).get().kind == "agenda"
    page = client.get(address).content.decode()
    assert page.count(escape(region.name)) >= 3


def test_each_tie_has_a_button_that_ends_it(
    client: Client, address: str, territory: Territory, region: Territory
) -> None:
    ties = {
        "appartenance": MembershipFactory(body=region),
        "delegation": DelegationFactory(delegate=region, service="issues"),
        "acceptation": AcceptanceFactory(publisher=region, kind="news"),
        "publication": PublicationFactory(kind="map"),
    }
    page = client.get(address).content.decode()
    for word, tie in ties.items():
        end = f"{address}{word}/{tie.pk}/terminer/"
        assert f'action="{end}"' in page
        assert client.get(end).status_code == 405
        assert client.post(end).status_code == 302
    assert not queries.bodies_of(territory.pk).exists()
    assert not queries.delegations_to(region.pk, "issues").exists()
    assert not queries.acceptances_by(territory.pk).exists()
    assert not queries.publications_by(territory.pk).exists()


def test_what_is_offered_can_be_shown_and_what_is_offered_no_more_says_so(
    client: Client, address: str, territory: Territory, neighbour: Territory, region: Territory
) -> None:
    MembershipFactory(body=region)
    PublicationFactory(territory=neighbour, kind="map")
    offer = PublicationFactory(territory=region, kind="agenda")
    page = client.get(address).content.decode()
    assert page.count("/bureau/liens/accepter/") == 1 and str(region.pk) in page
    assert f"<h3>{neighbour.name}</h3>" not in page, "it does not belong to our region"
    client.post(address + "accepter/", {"publisher": neighbour.pk, "kind": "map"})
    client.post(address + "accepter/", {"publisher": region.pk, "kind": "services"})
    assert not queries.acceptances_by(territory.pk).exists()
    client.post(address + "accepter/", {"publisher": region.pk, "kind": "agenda"})
    accepted = queries.acceptances_by(territory.pk).get()
    with use(territory=region):
        operations.end_publication(actor=Actor.system(region.pk), publication=offer, now=timezone.now())
    page = client.get(address).content.decode()
    assert f"acceptation/{accepted.pk}/terminer/" in page, "it can still be ended"
    assert "/bureau/liens/accepter/" not in page


def test_a_wrong_choice_comes_back_with_the_form(client: Client, address: str, territory: Territory) -> None:
    page = client.post(address + "deleguer/", {"delegate-to": territory.pk, "delegate-service": "magie"})
    assert page.status_code == 422
    assert not Delegation.objects.exists()


def test_the_screen_is_closed_to_the_wrong_person(
    client: Client, address: str, territory: Territory, neighbour: Territory, region: Territory
) -> None:
    tie = DelegationFactory(delegate=region, service="issues")
    for person in (make_staff(territory, "issues.resolve"), make_staff(neighbour)):
        sign_in(client, person)
        assert client.get(address).status_code == 403
        assert client.post(address + "appartenir/", {"join-body": region.pk}).status_code == 403
        assert client.post(f"{address}delegation/{tie.pk}/terminer/").status_code == 403
        assert client.post(address + "publier/", {"kind": "map"}).status_code == 403
        assert client.post(address + "accepter/", {"publisher": region.pk, "kind": "map"}).status_code == 403
    assert not queries.bodies_of(territory.pk).exists()
    assert queries.delegations_to(region.pk, "issues").exists()


def test_a_tie_of_next_door_cannot_be_ended_from_here(
    client: Client, address: str, neighbour: Territory, region: Territory
) -> None:
    tie = DelegationFactory(territory=neighbour, delegate=region, service="issues")
    assert client.post(f"{address}delegation/{tie.pk}/terminer/").status_code == 404
    assert queries.delegations_by(neighbour.pk).get().ends_at is None
