"""The demo's pages exist in demo mode only, and lead into everybody's shoes."""

import pytest
from django.utils import timezone

from parvis.core.delivery.models import LocalCopy
from parvis.core.identity import operations
from parvis.core.identity.demo import demo_cast
from parvis.core.identity.models import Person
from parvis.core.identity.tests.factories import AssignmentFactory, PresenceFactory, TerritoryFactory
from parvis.core.tenancy.context import use
from parvis.core.tenancy.guard import Scope
from parvis.lib.actor import Actor

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo(settings):
    settings.DEMO = True


@pytest.fixture
def town(db):
    return TerritoryFactory(slug="val-des-pins", name="Val-des-Pins")


def person_of(key, town):
    """Make a demo person as the loader does."""
    shown = next(person for person in demo_cast() if person.key == key)
    with use(scope=Scope.SIGN_IN):
        person = Person.objects.create(name=shown.name, email=shown.email, is_fictional=True)
    operations.make_account(actor=Actor.system(None), person=person, email=shown.email)
    PresenceFactory(person=person, territory=town)
    return person


@pytest.mark.parametrize("page", ["", "messages/", "messages/018f2f5e-0000-7000-8000-000000000000/"])
def test_there_is_no_such_page_outside_of_demo_mode(client, settings, page):
    settings.DEMO = False
    assert client.get(f"/demo/{page}").status_code == 404


def test_nobody_becomes_anybody_outside_of_demo_mode(client, settings, town):
    settings.DEMO = False
    with use():
        person_of("judith", town)
    assert client.post("/demo/entrer/", {"person": "judith"}).status_code == 404
    assert "_auth_user_id" not in client.session


def test_who_they_are_is_said_in_the_language_of_the_page(client, demo, town):
    for language, said in (("", "médecin de famille"), ("/en", "family doctor"), ("/es", "médico de familia")):
        page = client.get(f"{language}/demo/").content.decode()
        shown = [words for words in ("médecin de famille", "family doctor", "médico de familia") if words in page]
        assert shown == [said]
    for person in demo_cast():
        assert len({*person.does.values()}) == 3, f"{person.key} is described three times, each in its own words"


def test_a_click_makes_one_a_resident(client, demo, town):
    with use():
        judith = person_of("judith", town)
    assert "Judith" in client.get("/demo/").content.decode()
    response = client.post("/demo/entrer/", {"person": "judith"})
    assert response["Location"] == "/val-des-pins/"
    assert client.session["_auth_user_id"] == str(judith.pk)
    assert client.get("/val-des-pins/compte/").status_code == 200


def test_staff_have_their_second_factor(client, demo, town):
    with use(territory=town):
        nadia = person_of("nadia", town)
        AssignmentFactory(person=nadia, role=operations.ensure_standard_roles(town.pk)["direction"])
    response = client.post("/demo/entrer/", {"person": "nadia"})
    assert response["Location"] == "/val-des-pins/bureau/"
    assert "double-verification" not in client.get(response["Location"]).headers.get("Location", "")


def test_only_people_of_the_demo_are_offered(client, demo, town):
    assert client.post("/demo/entrer/", {"person": "quelqu-un"}).status_code == 404
    assert client.post("/demo/entrer/", {"person": "judith"}).status_code == 404, "not loaded here"


def test_a_message_is_shown_as_it_was_sent_and_can_do_nothing(client, demo, town):
    with use(scope=Scope.DELIVERY):
        copy = LocalCopy.objects.create(
            channel="email",
            address="judith@example.org",
            subject="Votre signalement",
            text="Réparé.",
            html="<p style='color:red'>Réparé.</p>",
            message_id="<essai@example.org>",
            at=timezone.now(),
        )
    for page in ("", "messages/", "messages/?a=judith@example.org&canal=email", f"messages/{copy.pk}/"):
        assert "Votre signalement" in client.get(f"/demo/{page}").content.decode()
    assert "Votre signalement" not in client.get("/demo/messages/?a=henri@example.org").content.decode()
    frame = client.get(f"/demo/messages/{copy.pk}/html/")
    assert "color:red" in frame.content.decode()
    assert "sandbox" in frame["Content-Security-Policy"]
