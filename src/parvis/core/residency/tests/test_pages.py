"""The pages of residency: a resident on a phone, a clerk at the counter, letters on paper, and whoever may not."""

import io
import re

import pytest
from django.test import Client
from pypdf import PdfReader

from parvis.core.identity.models import Person
from parvis.core.identity.tests.factories import PersonFactory, furnish, make_staff, sign_in
from parvis.core.residency.models import Letter, Residency
from parvis.core.tenancy.context import use
from parvis.core.tenancy.models import Territory
from parvis.lib.actor import Actor

from .factories import ProvenFactory, ResidencyFactory

pytestmark = pytest.mark.django_db


def browser(person: Person) -> Client:
    client = Client(headers={"host": "localhost"})
    sign_in(client, person)
    return client


@pytest.fixture
def home(territory: Territory, resident: Actor):
    """`home(path, data)`: what a resident gets on the pages of residency."""
    client = browser(Person.objects.get(pk=resident.person_id))

    def ask(path: str = "", data: dict | None = None, prefix: str = ""):
        address = f"{prefix}/{territory.slug}/mon-espace/residence/{path}"
        return client.get(address) if data is None else client.post(address, data, follow=True)

    return ask


@pytest.fixture
def desk(territory: Territory):
    """`desk(path, data)`: what a clerk gets in the back office."""
    furnish(territory)
    client = browser(make_staff(territory, "residency.prove", "identity.see_people"))

    def ask(path: str = "", data: dict | None = None):
        address = f"/{territory.slug}/bureau/residents/{path}"
        return client.get(address) if data is None else client.post(address, data, follow=True)

    return ask


def test_from_a_claim_to_a_code_typed_in(home, desk) -> None:
    assert home().status_code == 200
    refused = home("adresse/", {"address": "   "})
    assert refused.status_code == 422
    assert home("adresse/", {"address": "47, rue Principale"}).status_code == 200
    assert "47, rue Principale" in home().content.decode()
    home("lettre/", {})
    assert Letter.objects.count() == 1
    home("lettre/", {"back": "1"})
    assert Letter.objects.filter(spoilt_at=None).count() == 0
    home("lettre/", {})
    paper = desk("lettres/", {})
    assert paper.headers["Content-Type"] == "application/pdf"
    text = PdfReader(io.BytesIO(paper.content)).pages[0].extract_text()
    assert "47, rue Principale" in text
    code = re.search(r"\b[2-9B-Y]{4}-[2-9B-Y]{4}\b", text.replace(" ", ""))
    assert code
    wrong = home("code/", {"code": "2222-2222"})
    assert wrong.status_code == 422
    assert "2222-2222" in wrong.content.decode()
    home("code/", {"code": code.group()})
    assert Residency.objects.get().state == "proven"


@pytest.mark.parametrize("prefix", ["", "/en", "/es"])
def test_every_state_has_its_page_in_three_languages(home, resident: Actor, prefix: str) -> None:
    assert home(prefix=prefix).status_code == 200
    row = ResidencyFactory(person_id=resident.person_id)
    assert home(prefix=prefix).status_code == 200
    assert home("demenager/", prefix=prefix).status_code == 200
    row.delete()
    ProvenFactory(person_id=resident.person_id)
    assert home(prefix=prefix).status_code == 200


def test_moving_away_and_next_door(home, territory: Territory, neighbour: Territory, resident: Actor) -> None:
    ProvenFactory(person_id=resident.person_id)
    empty = home("demenager/", {"town": neighbour.slug, "address": ""})
    assert empty.status_code == 422
    home("demenager/", {"town": neighbour.slug, "address": "5, rue Neuve"})
    assert Residency.objects.get().ended_because == "moved"
    with use(territory=neighbour):
        assert Residency.objects.get().address == "5, rue Neuve"


def test_the_counter_does_it_for_somebody_without_an_account(desk, territory: Territory) -> None:
    person = PersonFactory(name="Lucien D'Amour")
    assert desk(f"{person.pk}/").status_code == 200
    assert desk(f"{person.pk}/agir/", {"step": "claim", "address": ""}).status_code == 422
    desk(f"{person.pk}/agir/", {"step": "claim", "address": "12, rang 8"})
    assert "Lucien" in desk().content.decode()
    assert desk(f"{person.pk}/agir/", {"step": "prove"}).status_code == 422
    desk(f"{person.pk}/agir/", {"step": "prove", "seen": ["lease"]})
    row = Residency.objects.get()
    assert (row.state, row.proof) == ("proven", "counter")
    desk(f"{person.pk}/agir/", {"step": "end", "because": "death"})
    row.refresh_from_db()
    assert row.ended_because == "death"


def test_a_neighbours_clerk_and_a_clerk_without_the_right_see_nothing(
    territory: Territory, neighbour: Territory
) -> None:
    person = PersonFactory()
    ResidencyFactory(person=person)
    furnish(territory)
    for staff in (make_staff(territory, "cases.work"), make_staff(neighbour, "residency.prove")):
        client = browser(staff)
        for path in ("", f"{person.pk}/"):
            assert client.get(f"/{territory.slug}/bureau/residents/{path}").status_code in {302, 403, 404}
        assert client.post(f"/{territory.slug}/bureau/residents/lettres/").status_code in {302, 403, 404}
        client.post(f"/{territory.slug}/bureau/residents/{person.pk}/agir/", {"step": "prove", "seen": ["lease"]})
    assert Residency.objects.get().state == "claimed"


def test_nobody_lives_in_a_regional_body(region: Territory, resident: Actor) -> None:
    client = browser(Person.objects.get(pk=resident.person_id))
    assert client.get(f"/{region.slug}/mon-espace/residence/").status_code == 404
