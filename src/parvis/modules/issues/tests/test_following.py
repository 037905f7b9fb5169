"""Reports nearby are offered before a new one is made; who follows is told at every change, and may stop."""

import re

import pytest
from django.test import Client
from django.utils import timezone

from parvis.core.cases.models import Follower
from parvis.core.cases.notices import followers_of
from parvis.core.delivery.models import Outgoing
from parvis.core.identity.models import Person
from parvis.core.identity.tests.factories import sign_in
from parvis.core.tenancy.context import use
from parvis.core.tenancy.models import Territory
from parvis.lib.actor import Actor
from parvis.lib.errors import NotAllowed, NotFound
from parvis.modules.issues import operations, queries
from parvis.modules.issues.models import Issue
from parvis.modules.issues.operations.following import read_token

from .factories import NOW, CategoryFactory, make_issue

pytestmark = pytest.mark.django_db
HERE = {"lat": 45.8, "lon": -71.9}


@pytest.fixture
def client() -> Client:
    return Client(headers={"host": "localhost"})


def test_what_is_near_open_and_alike_is_offered(resident: Actor, clerk: Actor, territory: Territory) -> None:
    holes, lamps = CategoryFactory(), CategoryFactory(label_fr="Lampadaire")
    near = make_issue(resident, category=holes, lat=45.8005)  # 56 m
    make_issue(resident, category=holes, lat=45.803)  # 330 m
    make_issue(resident, category=lamps, lat=45.8005, description="lumière éteinte")
    hidden = make_issue(resident, category=holes)
    operations.hide_issue(actor=clerk, issue=hidden, is_hidden=True, now=NOW)
    solved = make_issue(resident, category=holes)
    operations.resolve_issue(actor=clerk, issue=solved, answer="Fait.", now=NOW)
    [found] = queries.similar_to(**HERE, category=holes, text="trou")
    assert (found.issue.pk, found.metres) == (near.pk, 56)
    assert queries.similar_to(**HERE, category=holes, but=near.pk) == []
    assert [one.issue.pk for one in queries.similar_to(**HERE, text="un gros trou devant l'ecole")] == [near.pk]


def test_the_neighbours_reports_are_not_offered(resident: Actor, neighbour: Territory) -> None:
    make_issue(resident)
    with use(territory=neighbour):
        assert queries.similar_to(**HERE) == []


def test_the_form_offers_them_and_says_nothing_private(client: Client, territory: Territory, resident: Actor) -> None:
    issue = make_issue(resident, description="gros trou chez Mme Zorglub")
    form = {"place_lat": "45.8", "place_lon": "-71.9", "category": issue.category.slug}
    parts = client.post(f"/{territory.slug}/signalements/nouveau/aide", form).json()
    assert issue.code in parts["similar"] and "Zorglub" not in parts["similar"]
    assert (
        client.post(f"/{territory.slug}/signalements/nouveau/aide", {"place_lat": "x", "place_lon": "nan"}).status_code
        == 200
    )


def test_one_tap_follows_and_another_stops(
    client: Client, territory: Territory, resident: Actor, other_resident: Actor
) -> None:
    issue = make_issue(resident)
    sign_in(client, Person.objects.get(pk=other_resident.person_id))
    for _ in range(2):
        assert client.post(f"/{territory.slug}/signalements/{issue.code}/suivre").status_code == 302
    assert [row.person_id for row in Follower.objects.all()] == [other_resident.person_id]
    assert "ne-plus-suivre" in client.get(f"/{territory.slug}/signalements/{issue.code}").content.decode()
    client.post(f"/{territory.slug}/signalements/{issue.code}/ne-plus-suivre")
    assert not Follower.objects.exists()


def test_an_address_follows_once_it_has_confirmed(client: Client, territory: Territory, resident: Actor) -> None:
    issue = make_issue(resident)
    url = f"/{territory.slug}/signalements/{issue.code}/suivre"
    assert client.post(url, {"email": "no address"}).status_code == 422
    for _ in range(2):
        assert client.post(url, {"email": "Lise@Example.test"}).status_code == 200
    assert not Follower.objects.exists(), "nothing is kept before the link is used"
    [mail] = Outgoing.objects.filter(address="lise@example.test")
    link = re.search(rf"/{territory.slug}/signalements/{issue.code}/suivre/[^\s\"<]+", mail.text)
    assert link
    assert client.get(link[0]).status_code == 200
    assert not Follower.objects.exists(), "programs open links too"
    assert client.post(link[0]).status_code == 302
    assert [(row.email, row.person_id) for row in Follower.objects.all()] == [("lise@example.test", None)]
    token = link[0].rpartition("/")[2]
    other = make_issue(resident)
    with pytest.raises(NotFound):
        read_token(other, token)
    assert client.get(link[0][:-2]).status_code == 404


def test_who_follows_by_mail_stops_by_the_link_in_it(client: Client, territory: Territory, resident: Actor) -> None:
    issue = make_issue(resident)
    Follower.objects.create(territory=territory, case=issue.case, email="lise@example.test")
    [recipient] = followers_of(issue.case)
    path = f"/{territory.slug}{recipient.path}"
    page = client.get(path).content.decode()
    assert issue.code in page and issue.description not in page
    assert client.get(path.replace(":", ":x", 1)).status_code == 404
    assert client.post(path).status_code == 200
    assert not Follower.objects.exists()
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("why", ["hidden", "ended", "mine", "elsewhere"])
def test_what_may_not_be_followed(
    why: str, resident: Actor, other_resident: Actor, clerk: Actor, neighbour_clerk: Actor
) -> None:
    issue = make_issue(resident)
    actor = {"mine": resident, "elsewhere": neighbour_clerk}.get(why, other_resident)
    if why == "hidden":
        operations.hide_issue(actor=clerk, issue=issue, is_hidden=True, now=NOW)
    if why == "ended":
        operations.resolve_issue(actor=clerk, issue=issue, answer="Fait.", now=NOW)
    with pytest.raises(NotAllowed):
        operations.follow_issue(actor=actor, issue=Issue.objects.get(pk=issue.pk), now=timezone.now())


def test_a_visitor_cannot_follow_as_a_person(resident: Actor, visitor: Actor) -> None:
    with pytest.raises(NotAllowed):
        operations.follow_issue(actor=visitor, issue=make_issue(resident), now=NOW)
