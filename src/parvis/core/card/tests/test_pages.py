"""The pages of the card: its holder on a phone, a clerk at the counter, checkers, what is published; who may not."""

import io
import json
import re
from uuid import uuid4

import brotli
import cbor2
import pytest
from django.test import Client
from pypdf import PdfReader

from parvis.core.card import operations, queries
from parvis.core.card.models import Card, Place, SigningKey, Visit
from parvis.core.card.token import PREFIX
from parvis.core.identity.models import Person
from parvis.core.identity.tests.factories import PersonFactory, furnish, make_staff, sign_in
from parvis.core.residency.tests.factories import ProvenFactory
from parvis.core.tenancy.models import Territory
from parvis.core.tenancy.switches import change_settings
from parvis.lib.actor import Actor

from .cards import NOW

pytestmark = pytest.mark.django_db


def browser(person: Person | None = None) -> Client:
    client = Client(headers={"host": "localhost"})
    if person is not None:
        sign_in(client, person)
    return client


@pytest.fixture
def home(territory: Territory, resident: Actor):
    """`home(path, data)`: what a resident gets on the pages of their card."""
    client = browser(Person.objects.get(pk=resident.person_id))

    def ask(path: str = "", data: dict | None = None, prefix: str = ""):
        address = f"{prefix}/{territory.slug}/mon-espace/carte/{path}"
        return client.get(address) if data is None else client.post(address, data, follow=True)

    return ask


@pytest.fixture
def staff(territory: Territory) -> Client:
    """Somebody at the counter."""
    furnish(territory)
    rights = ("card.manage", "card.count", "card.arrange", "identity.see_people")
    return browser(make_staff(territory, *rights))


def text_of(answer) -> str:
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)


def test_from_no_card_to_one_on_the_phone_and_on_paper(home, resident: Actor) -> None:
    assert "<svg viewBox" not in home().content.decode()
    page = home("demander/", {}).content.decode()
    card = Card.objects.get()
    assert card.number in page
    assert page.count('class="segno"') == len(queries.purposes())
    assert 'data-keep="mine"' in page
    assert PREFIX not in page, "the text of a code stands in its picture only"
    assert len(brotli.compress(page.encode(), quality=5)) < 20_000, "three pictures, light on a rural line"
    sheet = home("imprimer/", {"purpose": "card.counter"})
    assert sheet.headers["Content-Type"] == "application/pdf"
    assert card.number in text_of(sheet)
    pool = text_of(home("imprimer/", {"purpose": "card.resident"}))
    assert card.number not in pool, "what is printed says no more than the code"
    assert card.person.name not in pool
    assert home("imprimer/", {"purpose": "nothing"}).status_code == 200
    assert home("remplacer/", {}).status_code == 422
    assert card.number not in home("remplacer/", {"because": "lost"}).content.decode()
    assert Card.objects.filter(state="active").count() == 1


@pytest.mark.parametrize("prefix", ["", "/en", "/es"])
def test_guest_and_resident_in_three_languages(home, resident: Actor, prefix: str) -> None:
    assert home(prefix=prefix).status_code == 200
    home("demander/", {})
    assert home(prefix=prefix).status_code == 200
    ProvenFactory(person_id=resident.person_id, valid_until="2099-01-01")
    assert home(prefix=prefix).status_code == 200


def test_two_languages_on_paper_where_the_town_has_two(home, resident: Actor) -> None:
    home("demander/", {})
    change_settings("card", second_language="en")
    sheet = text_of(home("imprimer/", {"purpose": "card.member"}))
    assert "Citizen card" in sheet
    assert len(PdfReader(io.BytesIO(home("imprimer/", {"purpose": "card.member"}).content)).pages) == 1


def test_nobody_else_opens_my_card(home, territory: Territory, neighbour: Territory, region: Territory) -> None:
    home("demander/", {})
    number = Card.objects.get().number
    assert browser().get(f"/{territory.slug}/mon-espace/carte/").status_code == 302
    other = browser(PersonFactory(entered=[territory]))
    assert number not in other.get(f"/{territory.slug}/mon-espace/carte/").content.decode()
    assert other.post(f"/{territory.slug}/mon-espace/carte/remplacer/", {"because": "lost"}).status_code == 404
    stranger = browser(PersonFactory(entered=[neighbour]))
    assert stranger.get(f"/{territory.slug}/mon-espace/carte/").status_code == 302
    assert stranger.post(f"/{territory.slug}/mon-espace/carte/demander/").status_code == 403
    assert stranger.get(f"/{region.slug}/mon-espace/carte/").status_code == 404
    assert Card.objects.count() == 1


def test_what_is_published(home, territory: Territory, resident: Actor) -> None:
    home("demander/", {})
    client = browser()
    keys = client.get("/.well-known/parvis-card-keys.json")
    assert keys.headers["Content-Type"] == "application/jwk-set+json"
    assert keys.headers["Access-Control-Allow-Origin"] == "*"
    [key] = [one for one in json.loads(keys.content)["keys"] if one["town"] == territory.slug]
    assert key["iss"].endswith(f"/{territory.slug}")
    again = client.get("/.well-known/parvis-card-keys.json", headers={"If-None-Match": keys.headers["ETag"]})
    assert again.status_code == 304
    cose = client.get("/.well-known/parvis-card-keys.cbor")
    assert cose.headers["Content-Type"] == "application/cose-key-set"
    assert bytes.fromhex(SigningKey.objects.get().kid) in {one[2] for one in cbor2.loads(cose.content)}
    listed = client.get("/.well-known/parvis-card-revoked.json")
    home("remplacer/", {"because": "stolen"})
    after = client.get("/.well-known/parvis-card-revoked.json", headers={"If-None-Match": listed.headers["ETag"]})
    assert after.status_code == 200
    assert len(json.loads(after.content)["revoked"]) == len(json.loads(listed.content)["revoked"]) + 12
    assert resident.person_id.hex not in after.content.decode()


@pytest.mark.parametrize("prefix", ["", "/en", "/es"])
def test_anybody_may_check_and_only_staff_count(territory: Territory, clerk: Actor, staff: Client, prefix: str) -> None:
    pool = operations.open_place(
        actor=clerk, name="Piscine", purpose="card.resident", residents_only=False, now=NOW
    )  # fmt: skip
    address = f"{prefix}/{territory.slug}/verifier/"
    public = browser().get(address)
    assert public.status_code == 200
    assert 'data-keep="public"' in public.content.decode()
    assert "verifier/numero" not in public.content.decode()
    assert browser().get("/verifier/").status_code == 404
    assert "Piscine" in staff.get(address).content.decode()
    assert 'data-keep="mine"' in staff.get(f"{address}lieux/{pool.slug}/").content.decode()
    person = browser(PersonFactory(entered=[territory]))
    assert 'data-keep="mine"' in person.get(address).content.decode(), (
        "whose name stands in its menu is not kept for all"
    )
    for client in (browser(), person):
        assert client.get(f"{address}lieux/{pool.slug}/").status_code in {302, 403}
        assert client.post(f"{address}lieux/{pool.slug}/compter/").status_code in {302, 403}
        assert client.post(f"{address}numero/", {"number": "K7M2-PX4R"}).status_code in {302, 403}
    assert Visit.objects.count() == 0


def test_an_entry_by_the_form_and_from_the_outbox_once(territory: Territory, clerk: Actor, staff: Client) -> None:
    pool = operations.open_place(
        actor=clerk, name="Piscine", purpose="card.resident", residents_only=False, now=NOW
    )  # fmt: skip
    address, key = f"/{territory.slug}/verifier/lieux/{pool.slug}/", uuid4()
    assert staff.post(f"{address}compter/", {}).status_code == 302
    sent = {"idempotency_key": key.hex, "mark": "0123456789abcdef", "resident": "yes", "sent_at": "nonsense"}
    for _ in range(2):
        answer = staff.post(f"{address}compter/", sent, headers={"X-Outbox": "1"})
        assert json.loads(answer.content)["state"] == "accepted"
    assert Visit.objects.count() == 2
    staff.post(f"{address}reprendre/", {"visit": str(key)}, headers={"X-Outbox": "1"})
    assert Visit.objects.filter(taken_back_at=None).count() == 1
    assert staff.post(f"{address}reprendre/", {"visit": "x"}).status_code == 404


def test_a_card_by_its_number(territory: Territory, resident: Actor, staff: Client) -> None:
    card = operations.issue_card(actor=resident, now=NOW)
    address = f"/{territory.slug}/verifier/numero/"
    typed = card.number.lower().replace("-", " ")
    found = staff.post(address, {"number": typed}).content.decode()
    assert 'data-kind="good"' in re.sub(r"<template.*?</template>", "", found, flags=re.S)
    assert card.person.name in found
    operations.end_card(actor=resident, card=card, because="unwanted", now=NOW)
    ended = re.sub(r"<template.*?</template>", "", staff.post(address, {"number": typed}).content.decode(), flags=re.S)
    assert 'data-kind="revoked"' in ended
    assert card.person.name not in ended
    assert "data-kind" not in re.sub(
        r"<template.*?</template>", "", staff.post(address, {"number": "2222-2222"}).content.decode(), flags=re.S
    )


def test_the_counter_does_all_of_it_for_somebody_without_an_account(staff: Client, territory: Territory) -> None:
    person = PersonFactory(name="Lucien D'Amour", email="")
    desk = f"/{territory.slug}/bureau/cartes/"
    assert staff.get(desk).status_code == 200
    assert "Lucien" in staff.get(desk, {"q": "lucien"}).content.decode()
    assert staff.get(f"{desk}{person.pk}/").status_code == 200
    staff.post(f"{desk}{person.pk}/agir/", {"step": "issue"})
    card = Card.objects.get()
    assert "Lucien" in staff.get(desk).content.decode()
    assert "Lucien" in staff.get(desk, {"q": card.number}).content.decode()
    sheet = staff.post(f"{desk}{person.pk}/imprimer/", {"purpose": "card.counter"})
    assert "Lucien" in text_of(sheet)
    assert staff.post(f"{desk}{person.pk}/imprimer/", {"purpose": "x"}).status_code == 422
    assert staff.post(f"{desk}{person.pk}/agir/", {"step": "replace"}).status_code == 422
    staff.post(f"{desk}{person.pk}/agir/", {"step": "replace", "because": "damaged"})
    assert staff.post(f"{desk}{person.pk}/agir/", {"step": "end"}).status_code == 422
    staff.post(f"{desk}{person.pk}/agir/", {"step": "end", "because": "death"})
    assert list(Card.objects.values_list("ended_because", flat=True).order_by("issued_at")) == ["damaged", "death"]


def test_places_and_keys_in_the_back_office(staff: Client, territory: Territory) -> None:
    desk = f"/{territory.slug}/bureau/cartes/"
    assert staff.get(f"{desk}lieux/").status_code == 200
    assert staff.post(f"{desk}lieux/", {"name": "Aréna", "purpose": "x"}).status_code == 422
    staff.post(f"{desk}lieux/", {"name": "Aréna", "purpose": "card.resident", "residents_only": "on"})
    arena = Place.objects.get()
    assert (arena.slug, arena.residents_only) == ("arena", True)
    Visit.objects.create(place=arena, key=uuid4(), day=queries.today_here(NOW), happened_at=NOW, received_at=NOW)
    one = f"{desk}lieux/{arena.pk}/"
    assert staff.get(one).status_code == 200
    assert staff.get(one, {"csv": ""}).headers["Content-Type"].startswith("text/csv")
    assert staff.post(one, {"name": "", "purpose": "card.resident"}).status_code == 422
    staff.post(one, {"step": "close"})
    assert staff.get(f"/{territory.slug}/verifier/lieux/arena/").status_code == 404
    staff.post(one, {"name": "Aréna", "purpose": "card.resident"})
    assert staff.get(f"/{territory.slug}/verifier/lieux/arena/").status_code == 200
    assert staff.get(f"{desk}cles/").status_code == 200
    staff.post(f"{desk}cles/", {"step": "rotate"})
    staff.post(f"{desk}cles/", {"step": "distrust"})
    assert SigningKey.objects.filter(distrusted_at=None).count() == 1


def test_a_neighbours_clerk_and_a_clerk_without_the_right_change_nothing(
    territory: Territory, neighbour: Territory
) -> None:
    person = PersonFactory()
    furnish(territory)
    for who in (make_staff(territory, "cases.work"), make_staff(neighbour, "card.manage", "card.arrange")):
        client = browser(who)
        for path in ("", f"{person.pk}/", "lieux/", "cles/"):
            assert client.get(f"/{territory.slug}/bureau/cartes/{path}").status_code in {302, 403, 404}
        client.post(f"/{territory.slug}/bureau/cartes/{person.pk}/agir/", {"step": "issue"})
        client.post(f"/{territory.slug}/bureau/cartes/lieux/", {"name": "X", "purpose": "card.resident"})
        client.post(f"/{territory.slug}/bureau/cartes/cles/", {"step": "rotate"})
    assert (Card.objects.count(), Place.objects.count(), SigningKey.objects.count()) == (0, 0, 0)


def test_a_new_key_by_the_command(territory: Territory) -> None:
    from click.testing import CliRunner

    from parvis.core.card.commands import rotate

    done = CliRunner().invoke(rotate, [territory.slug])
    assert done.exit_code == 0, done.output
    assert SigningKey.objects.get().kid in done.output
    assert CliRunner().invoke(rotate, ["nowhere"]).exit_code != 0
