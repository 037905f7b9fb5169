"""The bar that says where I am and as what, the way to the same page in another town, and the towns that see me."""

from datetime import timedelta
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from parvis.core.identity.models import Person
from parvis.core.identity.queries import has_entered
from parvis.core.identity.tests.factories import (
    OrganisationFactory,
    OrganisationMemberFactory,
    PersonFactory,
    PresenceFactory,
    make_staff,
    sign_in,
)
from parvis.core.portal.standing import same_page
from parvis.core.residency.tests.factories import NOW, ProvenFactory, ResidencyFactory
from parvis.core.tenancy.context import use
from parvis.core.tenancy.models import Territory
from parvis.core.tenancy.switches import set_switch

pytestmark = pytest.mark.django_db
BAR = '<nav class="page standing'


@pytest.fixture
def person(territory: Territory) -> Person:
    return PersonFactory()


@pytest.fixture
def client(person: Person) -> Client:
    client = Client(headers={"host": "localhost"})
    sign_in(client, person)
    return client


def bar(client: Client, path: str) -> str:
    text = client.get(path).content.decode()
    assert text.count(BAR) == 1, f"{path} has no bar"
    return unescape(text.partition(BAR)[2].partition("</nav>")[0])


def test_a_visitor_has_no_bar(territory: Territory) -> None:
    assert BAR not in Client(headers={"host": "localhost"}).get(f"/{territory.slug}/").content.decode()


def test_it_says_where_i_am_and_as_what(
    client: Client, person: Person, territory: Territory, neighbour: Territory, region: Territory
) -> None:
    home, en = f"/en/{territory.slug}/", f"/en/{neighbour.slug}/"
    assert f"You are a guest in {territory.name}." in bar(client, home)
    assert f"{neighbour.name} does not see you." in bar(client, en)
    row = ResidencyFactory(person=person)
    assert "not proven yet" in bar(client, home)
    row.delete()
    today = timezone.localdate()
    row = ProvenFactory(person=person, valid_until=today + timedelta(days=200))
    assert f"Resident of {territory.name}, proven until" in bar(client, home)
    row.valid_until = today - timedelta(days=3)
    row.save()
    assert "renew before" in bar(client, home)
    assert "renew before" in bar(client, f"{home}compte/moi/"), "on the pages of the account too"
    row.valid_until = today - timedelta(days=90)
    row.save()
    assert "the proof has ended" in bar(client, home)
    PresenceFactory(person=person, territory=region)
    assert f"the portal of {region.name}" in bar(client, f"/en/{region.slug}/")


def test_it_says_that_i_work_here(territory: Territory) -> None:
    client = Client(headers={"host": "localhost"})
    sign_in(client, make_staff(territory, "cases.work"))
    assert f"You work for {territory.name}." in bar(client, f"/en/{territory.slug}/")


def test_it_says_for_whom_i_act(client: Client, person: Person, territory: Territory) -> None:
    club = OrganisationFactory(name="Club de marche", status="admitted", decided_at=NOW)
    OrganisationMemberFactory(organisation=club, person=person, starts_at=NOW)
    client.post(f"/{territory.slug}/organismes/{club.slug}/agir/")
    assert "You act for Club de marche." in bar(client, f"/en/{territory.slug}/")


def test_it_leads_to_the_same_page_in_my_other_towns_and_no_others(
    client: Client, person: Person, territory: Territory, neighbour: Territory
) -> None:
    assert f"/{neighbour.slug}/" not in bar(client, f"/{territory.slug}/signalements/")
    PresenceFactory(person=person, territory=neighbour)
    shown = bar(client, f"/{territory.slug}/signalements/?status=open")
    assert f"/{neighbour.slug}/venir/?page=%2Fsignalements%2F%3Fstatus%3Dopen" in shown
    answer = client.get(f"/{neighbour.slug}/venir/?page=%2Fsignalements%2F%3Fstatus%3Dopen")
    assert answer["Location"] == f"/{neighbour.slug}/signalements/?status=open"
    english = client.get(f"/en/{neighbour.slug}/venir/?page=/signalements/")
    assert english["Location"] == f"/en/{neighbour.slug}/signalements/"


@pytest.mark.parametrize(
    ("page", "path", "is_same"),
    [
        ("/", "/", True),
        ("/signalements/nouveau?category=nid&lat=46&lon=-71&next=/x", "/signalements/nouveau?category=nid", True),
        ("/signalements/K7M2-PX4R", "/signalements/", False),
        ("/mon-espace/demandes/K7M2-PX4R/", "/mon-espace/demandes/", False),
        ("/nouvelles/une-nouvelle/", "/nouvelles/", False),
        ("/nulle/part/", "/", False),
        ("//evil.example/", "/", False),
        ("https://evil.example/signalements/", "/", False),
        ("/\\evil.example/", "/", False),
        ("signalements/", "/", False),
        ("", "/", False),
    ],
)
def test_the_same_page_or_the_nearest_one(territory: Territory, page: str, path: str, is_same: bool) -> None:
    assert same_page(page) == (path, is_same)


def test_a_module_that_is_off_there_gives_way_to_the_home(client: Client, territory: Territory) -> None:
    set_switch(module="issues", is_on=False)
    answer = client.get(f"/en/{territory.slug}/venir/?page=/signalements/nouveau", follow=True)
    assert answer.redirect_chain[-1][0] == f"/en/{territory.slug}/"
    assert f"{territory.name} has not that very page" in answer.content.decode()


def test_the_first_visit_says_what_it_would_see_asks_and_remembers(
    client: Client, person: Person, neighbour: Territory
) -> None:
    arrive, page = f"/{neighbour.slug}/venir/?page=/signalements/nouveau", f"/{neighbour.slug}/signalements/nouveau"
    asking = client.get(arrive)["Location"]
    assert urlsplit(asking).path == f"/{neighbour.slug}/compte/entrer/"
    assert parse_qs(urlsplit(asking).query) == {"next": [page]}
    assert person.email in client.get(asking).content.decode()
    assert client.post(asking, {"next": page, "later": "1"})["Location"] == page
    assert client.get(page).status_code == 200, "not asked again before the next sign-in"
    assert client.get(arrive)["Location"] == page
    assert not has_entered(person.pk, neighbour.pk)
    assert client.post(asking, {"next": page})["Location"] == page
    assert has_entered(person.pk, neighbour.pk)
    assert client.get(arrive)["Location"] == page


def test_to_report_in_a_town_that_does_not_see_me_asks_first(client: Client, neighbour: Territory) -> None:
    answer = client.get(f"/{neighbour.slug}/signalements/nouveau")
    assert urlsplit(answer["Location"]).path == f"/{neighbour.slug}/compte/entrer/"


def test_my_towns_say_what_each_sees_and_each_can_be_left(
    client: Client, person: Person, territory: Territory, neighbour: Territory
) -> None:
    PresenceFactory(person=person, territory=neighbour)
    ProvenFactory(person=person, address="12, rang 8")
    mine = f"/{territory.slug}/mon-espace/villes/"
    text = client.get(mine).content.decode()
    for said in (territory.name, neighbour.name, person.email, "12, rang 8"):
        assert said in text
    leave = f"/{neighbour.slug}/compte/sortir/"
    assert f"{leave}?next={mine}" in text
    assert mine in client.get(f"{leave}?next={mine}").content.decode()
    assert client.post(leave, {"next": mine})["Location"] == mine
    assert client.post(leave, {"next": "https://evil.example/"})["Location"] == f"/{neighbour.slug}/compte/"
    assert f"{neighbour.name} ne vous voit plus" in client.get(mine).content.decode(), "said once"
    assert neighbour.name not in client.get(mine).content.decode()
    assert not has_entered(person.pk, neighbour.pk)


def test_nobody_reads_the_towns_of_another(client: Client, territory: Territory, neighbour: Territory) -> None:
    other = PersonFactory()
    PresenceFactory(person=other, territory=neighbour)
    with use(territory=neighbour):
        ResidencyFactory(person=other)
    assert neighbour.name not in client.get(f"/{territory.slug}/mon-espace/villes/").content.decode()
    signed_out = Client(headers={"host": "localhost"}).get(f"/{territory.slug}/mon-espace/villes/")
    assert signed_out.status_code == 302
