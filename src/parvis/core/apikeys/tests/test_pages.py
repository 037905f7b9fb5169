"""Pages and staff screens of keys, through the door."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from parvis.core.apikeys import operations, queries
from parvis.core.apikeys.models import ApiKey
from parvis.core.delivery.models import Outgoing
from parvis.core.events.operations import record
from parvis.core.identity.models import Person
from parvis.core.identity.tests.factories import (
    OrganisationFactory,
    OrganisationMemberFactory,
    furnish,
    make_staff,
    sign_in,
)
from parvis.core.notifications.operations import tell
from parvis.core.tenancy.context import use
from parvis.lib.actor import Actor

from .factories import ApiKeyFactory, asked_key

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(territory, resident):
    """`page(path, data)`: get or post as the resident."""
    client = Client(headers={"host": "localhost"})
    Person.objects.filter(pk=resident.person_id).update(level=1)  # who has confirmed an e-mail
    sign_in(client, Person.objects.get(pk=resident.person_id))
    return opener(client, f"/en/{territory.slug}/mon-espace/cles/")


@pytest.fixture
def office(territory):
    """`office(path, data)`: the same in the back office, as somebody who may do everything."""
    client = Client(headers={"host": "localhost"})
    furnish(territory)
    sign_in(client, make_staff(territory))
    return opener(client, f"/en/{territory.slug}/bureau/cles/")


def opener(client, base):
    cache.clear()

    def go(path="", data=None):
        return client.get(base + path) if data is None else client.post(base + path, data)

    return go


ASKED = {"name": "Carte", "purpose": "Un cours", "scopes": ["issues.read"]}


def test_ask_approve_fetch_once_and_revoke(territory, resident, page, office):
    assert "No key yet" in page().content.decode()
    answer = page("demander/", ASKED)
    key = ApiKey.objects.get()
    assert (answer.status_code, key.state) == (302, "asked")
    assert "Carte" in office().content.decode()
    assert office(f"{key.pk}/decider/", {"approve": "1", "per_minute": "60"}).status_code == 302
    assert "Show the secret" in page(f"{key.pk}/").content.decode()
    shown = page(f"{key.pk}/secret/", {})
    token = re.search(r"pvk_[A-Z0-9]{8}_[\w-]{43}", shown.content.decode()).group()
    assert "no-store" in shown.headers["Cache-Control"]
    assert queries.key_of(token, territory).pk == key.pk
    assert page(f"{key.pk}/secret/", {}).status_code == 409
    for seen in (page(f"{key.pk}/"), page(), office(f"{key.pk}/"), office()):
        assert token not in seen.content.decode()
    page(f"{key.pk}/revoquer/", {})
    assert queries.key_of(token, territory) is None


def test_what_was_typed_comes_back(page):
    answer = page("demander/", {**ASKED, "scopes": []})
    assert answer.status_code == 200
    assert 'value="Carte"' in answer.content.decode()


def test_the_key_of_somebody_else_is_not_there(territory, other_resident, page):
    key = asked_key(person_id=other_resident.person_id, state="approved", name="Ailleurs")
    assert "Ailleurs" not in page().content.decode()
    for path, data in ((f"{key.pk}/", None), (f"{key.pk}/secret/", {}), (f"{key.pk}/revoquer/", {})):
        assert page(path, data).status_code == 404
    key.refresh_from_db()
    assert key.state == "approved"


def test_the_manager_of_an_organisation_asks_for_it(territory, resident, page):
    made = OrganisationFactory(status="admitted", decided_at=timezone.now(), name="Club de vélo")
    assert "Club de vélo" not in page("demander/").content.decode()
    OrganisationMemberFactory(organisation=made, person_id=resident.person_id, role="manager")
    assert "Club de vélo" in page("demander/").content.decode()
    page("demander/", {**ASKED, "organisation": made.pk})
    assert ApiKey.objects.get().organisation == made


def test_a_visitor_signs_in_first(territory):
    client = Client(headers={"host": "localhost"})
    answer = client.get(f"/{territory.slug}/mon-espace/cles/demander/")
    assert (answer.status_code, "connexion" in answer.headers["Location"]) == (302, True)


def test_staff_make_a_key_and_see_its_secret_once(territory, office):
    made = {"name": "Garage", "purpose": "Bons de travail", "scopes": ["issues.work"], "per_minute": "600"}
    shown = office("nouvelle/", {**made, "email": "garage@example.test", "expires_on": "2099-01-01"})
    assert "one day and five years" in shown.content.decode()
    shown = office("nouvelle/", {**made, "email": "garage@example.test"})
    token = re.search(r"pvk_[A-Z0-9]{8}_[\w-]{43}", shown.content.decode()).group()
    assert queries.key_of(token, territory).email == "garage@example.test"


def test_staff_refuse_with_a_reason(territory, resident, office):
    key = asked_key(person_id=resident.person_id)
    office(f"{key.pk}/decider/", {"reason": ""})
    key.refresh_from_db()
    assert key.state == "asked"
    office(f"{key.pk}/decider/", {"reason": "Sans usage"})
    key.refresh_from_db()
    assert (key.state, key.reason) == ("refused", "Sans usage")
    assert office(f"{key.pk}/decider/", {"approve": "1"}).status_code == 409


def test_staff_without_the_right_see_nothing(territory, resident):
    client = Client(headers={"host": "localhost"})
    furnish(territory)
    sign_in(client, make_staff(territory, "issues.work"))
    go, key = opener(client, f"/en/{territory.slug}/bureau/cles/"), asked_key(person_id=resident.person_id)
    for path, data in (("", None), ("nouvelle/", None), (f"{key.pk}/", None), (f"{key.pk}/decider/", {"approve": "1"})):
        assert go(path, data).status_code == 403
    assert go(f"{key.pk}/revoquer/", {}).status_code == 403


def mails(event, key, **data):
    with use(territory=key.territory_id):
        tell(record(Actor.system(key.territory_id), event, key, **data))
        return [(row.address, row.subject) for row in Outgoing.objects.filter(territory_id=key.territory_id)]


@pytest.mark.parametrize("event", ["apikeys.approved", "apikeys.refused", "apikeys.expiring"])
def test_the_owner_is_written_to(territory, resident, event):
    key = ApiKeyFactory(person_id=resident.person_id, reason="parce que")
    [(address, subject)] = mails(event, key)
    assert address == Person.objects.get(pk=resident.person_id).email
    assert "Carte des nids-de-poule" in subject


def test_the_keeper_of_an_application_is_written_to(territory):
    assert mails("apikeys.expiring", ApiKeyFactory(email="garage@example.test"))[0][0] == "garage@example.test"


def test_managers_of_an_organisation_are_written_to_while_their_term_runs(territory, resident, other_resident):
    made = OrganisationFactory(status="admitted", decided_at=timezone.now())
    OrganisationMemberFactory(organisation=made, person_id=resident.person_id, role="manager")
    old = timezone.now() - timedelta(days=9)
    OrganisationMemberFactory(
        organisation=made, person_id=other_resident.person_id, role="manager", starts_at=old, ends_at=old + timedelta(1)
    )
    told = mails("apikeys.expiring", ApiKeyFactory(organisation=made))
    assert [address for address, _ in told] == [Person.objects.get(pk=resident.person_id).email]


def test_who_closes_their_own_key_is_not_told_so(territory, resident, clerk):
    key = ApiKeyFactory(person_id=resident.person_id)
    assert mails("apikeys.revoked", key, by="owner") == []
    assert len(mails("apikeys.revoked", key, by="staff")) == 1
    operations.revoke_key(actor=clerk, key=key, now=timezone.now())
