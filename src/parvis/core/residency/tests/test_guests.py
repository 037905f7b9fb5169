"""What a territory keeps for its residents, and what guests may do."""

import pytest
from django.test import Client

from parvis.core.content.forms import settings_form
from parvis.core.identity.actors import actor_of
from parvis.core.identity.models import Person
from parvis.core.identity.tests.factories import furnish, make_staff, sign_in
from parvis.core.residency import rules
from parvis.core.residency.settings import Settings, deeds_here
from parvis.core.tenancy.context import use
from parvis.core.tenancy.guard import Scope
from parvis.core.tenancy.models import Territory
from parvis.core.tenancy.switches import change_settings, set_switch, settings_of
from parvis.lib.actor import Actor

from .factories import NOW, ProvenFactory, ResidencyFactory

pytestmark = pytest.mark.django_db
REPORT = "issues.report"


def here(resident: Actor, territory: Territory) -> Actor:
    with use(person=resident.person_id, scope=Scope.MINE):
        person = Person.objects.get(pk=resident.person_id)
    return actor_of(person, territory.pk, now=NOW)


def test_guests_may_do_everything_until_the_town_says_otherwise(resident: Actor, visitor: Actor) -> None:
    assert rules.may(resident, REPORT)
    assert rules.may(visitor, REPORT)
    assert not rules.may(visitor, "apikeys.ask"), "it asks for a confirmed address in any case"
    with pytest.raises(KeyError):
        rules.may(visitor, "issues.unheard_of")


def test_what_is_kept_for_residents_asks_for_a_proof(
    resident: Actor, visitor: Actor, clerk: Actor, territory: Territory, neighbour: Territory
) -> None:
    change_settings("residency", for_residents=(REPORT,))
    row = ResidencyFactory(person_id=resident.person_id)
    program = Actor(territory_id=territory.pk, scopes=frozenset({REPORT}))
    for wrong in (here(resident, territory), visitor, program):
        assert not rules.may(wrong, REPORT)
    assert rules.may(clerk, REPORT), "at the counter, for anybody"
    row.delete()
    ProvenFactory(person_id=resident.person_id)
    assert rules.may(here(resident, territory), REPORT)
    with use(territory=neighbour):
        assert rules.may(here(resident, neighbour), REPORT), "the neighbour decides for itself"
        change_settings("residency", for_residents=(REPORT,))
        assert not rules.may(here(resident, neighbour), REPORT), "proven next door is a guest here"


def test_staff_of_next_door_are_guests_here(territory: Territory, neighbour_clerk: Actor) -> None:
    change_settings("residency", for_residents=(REPORT,))
    assert not rules.may(neighbour_clerk, REPORT)


def test_the_settings_screen_offers_what_modules_declare_and_are_in_use(territory: Territory) -> None:
    assert REPORT in dict(deeds_here())
    form = settings_form(Settings)
    given = {"lasts_months": 12, "remind_days": 30, "grace_days": 30, "letter_days": 30}
    assert form({**given, "for_residents": [REPORT]}).is_valid()
    assert not form({**given, "for_residents": ["issues.unheard_of"]}).is_valid()
    set_switch(module="issues", is_on=False)
    assert REPORT not in dict(deeds_here())


def test_a_manager_keeps_reports_for_residents_on_the_screen(territory: Territory) -> None:
    furnish(territory)
    client = Client(headers={"host": "localhost"})
    sign_in(client, make_staff(territory))
    page = f"/{territory.slug}/bureau/reglages/modules/residency/"
    assert client.get(page).status_code == 200
    kept = {"for_residents": [REPORT], "by_letter": "on", "lasts_months": "12"}
    answer = client.post(page, {**kept, "remind_days": "30", "grace_days": "30", "letter_days": "30"})
    assert answer.status_code == 302
    assert list(settings_of("residency").for_residents) == [REPORT]


def test_a_page_leads_to_what_somebody_lacks(territory: Territory, resident: Actor) -> None:
    page, home = f"/{territory.slug}/mon-espace/cles/demander/", f"/{territory.slug}/mon-espace/residence/"
    client = Client(headers={"host": "localhost"})
    person = Person.objects.get(pk=resident.person_id)
    sign_in(client, person)
    assert client.get(page)["Location"] == f"/{territory.slug}/compte/courriel/", "nothing was confirmed"
    Person.objects.filter(pk=person.pk).update(level=1)
    assert client.get(page).status_code == 200
    change_settings("residency", for_residents=("apikeys.ask",))
    assert client.get(page)["Location"] == home
    ProvenFactory(person=person, valid_until="2999-01-01")
    assert client.get(page).status_code == 200


def test_a_visitor_is_led_to_an_account(territory: Territory) -> None:
    change_settings("residency", for_residents=(REPORT,))
    answer = Client(headers={"host": "localhost"}).get(f"/{territory.slug}/signalements/nouveau")
    assert answer["Location"].startswith(f"/{territory.slug}/compte/connexion/?next=")
