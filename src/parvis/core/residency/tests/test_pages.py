"""The pages of residency: a resident on a phone, a clerk at the counter, letters on paper, and whoever may not."""

import re

import pytest
from django.test import Client

from parvis.core.audit.models import View
from parvis.core.identity.models import Person
from parvis.core.identity.tests.factories import PersonFactory, furnish, make_staff, sign_in
from parvis.core.residency import operations
from parvis.core.residency.models import Letter, Residency, TaxAccount
from parvis.core.tenancy.context import use
from parvis.core.tenancy.models import Territory
from parvis.core.tenancy.switches import change_settings
from parvis.lib.actor import Actor
from tests.paper import text_of

from .factories import NOW, ProvenFactory, ResidencyFactory

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


def code_on(paper: bytes) -> str:
    """The one code of a document with letters."""
    [code] = re.findall(r"^[2-9B-Y]{4}-[2-9B-Y]{4}$", text_of(paper), re.MULTILINE)
    return code


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
    letters = desk("lettres/", {})
    assert letters.headers["Content-Type"] == "application/pdf"
    assert "47, rue Principale" in text_of(letters.content)
    code = code_on(letters.content)
    wrong = home("code/", {"code": "2222-2222"})
    assert wrong.status_code == 422
    assert "2222-2222" in wrong.content.decode()
    home("code/", {"code": code})
    assert Residency.objects.get().state == "proven"
    assert home("code/", {"code": code}).status_code == 200, "pressed twice"


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
    page = client.get(f"/{region.slug}/mon-espace/residence/")
    assert page.status_code == 200
    assert "<form" not in page.content.decode().partition("<main")[2].partition("</main")[0]
    assert client.post(f"/{region.slug}/mon-espace/residence/adresse/", {"address": "1, rue A"}).status_code != 302
    assert client.post(f"/{region.slug}/mon-espace/residence/renouveler/").status_code == 404


def test_who_is_not_seen_here_is_asked_before_they_say_where_they_live(
    territory: Territory, neighbour: Territory, resident: Actor
) -> None:
    client = browser(Person.objects.get(pk=resident.person_id))
    page = client.get(f"/{neighbour.slug}/mon-espace/residence/")
    assert f"/{neighbour.slug}/compte/entrer/?next=" in page.content.decode()
    refused = client.post(f"/{neighbour.slug}/mon-espace/residence/adresse/", {"address": "1, rue A"})
    assert refused.status_code == 422
    with use(territory=neighbour):
        assert not Residency.objects.exists()


def test_a_tax_bill_typed_in(home, territory: Territory, resident: Actor) -> None:
    change_settings("residency", by_tax_account=True)
    assert "taxes/" not in home().content.decode()
    operations.keep_roll(actor=Actor.system(territory.pk), pairs=[("12345", 234567)], now=NOW)
    ResidencyFactory(person_id=resident.person_id)
    assert "taxes/" in home().content.decode()
    assert home("taxes/", {"account": "!", "amount": "much"}).status_code == 422
    wrong = home("taxes/", {"account": "123-45", "amount": "2 345,68 $"})
    assert wrong.status_code == 422
    assert "123-45" in wrong.content.decode()
    for _ in range(2):
        assert home("taxes/", {"account": "123-45", "amount": "2 345,67 $"}).status_code == 200
    assert Residency.objects.get().proof == "tax"
    assert TaxAccount.objects.get().uses == 1, "a double press counts once"


def test_the_code_read_at_the_counter(desk) -> None:
    person = PersonFactory()
    desk(f"{person.pk}/agir/", {"step": "claim", "address": "12, rang 8"})
    desk(f"{person.pk}/agir/", {"step": "letter"})
    code = code_on(desk("lettres/", {}).content)
    assert desk(f"{person.pk}/agir/", {"step": "code", "code": "2222-2222"}).status_code == 422
    desk(f"{person.pk}/agir/", {"step": "code", "code": code})
    assert Residency.objects.get().proof == "letter"
    assert desk(f"{person.pk}/agir/", {"step": "nothing"}).status_code == 404


def test_the_file_of_a_person_says_how_far_they_are_trusted_here(territory: Territory) -> None:
    furnish(territory)
    client, person = browser(make_staff(territory, "identity.see_people")), PersonFactory()
    page = f"/{territory.slug}/bureau/gens/personnes/{person.pk}/"
    assert "<dd>0<" in client.get(page).content.decode()
    ProvenFactory(person=person, valid_until="2999-01-01")
    assert "<dd>3<" in client.get(page).content.decode()


def test_somebody_is_found_at_the_counter_and_the_look_is_noted(desk) -> None:
    person = PersonFactory(name="Lucien D'Amour")
    assert f"/{person.pk}/" in desk("?q=lucien").content.decode()
    assert View.objects.filter(person_id=person.pk).exists()
