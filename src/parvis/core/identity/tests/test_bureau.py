"""Staff screens: people looked at under a log, roles and teams given, all of it closed to the wrong person."""

import pytest
from django.utils import timezone

from parvis.core.audit.models import Entry, View
from parvis.core.geo.models import District
from parvis.core.identity import operations
from parvis.core.identity.models import Assignment, Organisation, Person, Role, Team
from parvis.core.registry.registry import registry
from parvis.core.tenancy.context import use
from parvis.lib.actor import Channel
from parvis.lib.errors import Invalid, NotAllowed

from .factories import (
    AccountFactory,
    OrganisationFactory,
    OrganisationMemberFactory,
    PersonFactory,
    TerritoryFactory,
    furnish,
    make_staff,
    sign_in,
    staff_actor,
)

pytestmark = pytest.mark.django_db
SCREENS = (
    "personnes/",
    "personnes/nouvelle/",
    "organismes/",
    "organismes/nouveau/",
    "equipe/",
    "equipe/roles/nouveau/",
    "equipe/equipes/nouvelle/",
)


@pytest.fixture
def bureau(client, territory):
    """The back office of the town, made as the event of its birth makes it, opened by its manager."""
    furnish(territory)
    sign_in(client, make_staff(territory))
    return f"/{territory.slug}/bureau/gens"


@pytest.mark.parametrize("screen", SCREENS)
def test_every_screen_opens(client, bureau, screen):
    response = client.get(f"{bureau}/{screen}")
    assert response.status_code == 200, response.get("Location")


@pytest.mark.parametrize("screen", SCREENS)
def test_no_screen_opens_to_staff_without_the_permission(client, bureau, territory, screen):
    sign_in(client, make_staff(territory, "cases.work"))
    assert client.get(f"{bureau}/{screen}").status_code == 403


@pytest.mark.parametrize("screen", SCREENS)
def test_no_screen_opens_to_staff_of_next_door(client, bureau, neighbour, screen):
    sign_in(client, make_staff(neighbour))
    assert client.get(f"{bureau}/{screen}").status_code == 403


def test_a_person_is_found_and_the_look_is_noted(client, bureau, territory, neighbour):
    person = PersonFactory(name="Monique Thibault", address="12, rue de l'Église")
    PersonFactory(name="Monique Ailleurs", entered=[neighbour])
    page = client.get(f"{bureau}/personnes/?q=thibaul").content.decode()
    assert "Monique Thibault" in page
    assert "Ailleurs" not in client.get(f"{bureau}/personnes/?q=monique").content.decode()
    assert set(View.objects.values_list("person_id", "reason")) == {(person.pk, "search")}
    assert client.get(f"{bureau}/personnes/{person.pk}/").status_code == 200
    assert set(View.objects.values_list("reason", flat=True)) == {"search", "person"}


def test_a_person_of_next_door_is_not_there(client, bureau, neighbour):
    stranger = PersonFactory(entered=[neighbour])
    assert client.get(f"{bureau}/personnes/{stranger.pk}/").status_code == 404
    assert (
        client.post(f"{bureau}/personnes/{stranger.pk}/corriger/", {"name": "X", "language": "fr"}).status_code == 404
    )


def test_a_person_is_made_at_the_counter_and_corrected(client, bureau):
    details = {"name": "Rita Bolduc", "phone": "819 555-0142", "address": "", "email": "", "language": "fr"}
    response = client.post(f"{bureau}/personnes/nouvelle/", details)
    made = Person.objects.get(name="Rita Bolduc")
    assert response["Location"] == f"{bureau}/personnes/{made.pk}/"
    assert made.phone == "+18195550142"
    client.post(f"{bureau}/personnes/{made.pk}/corriger/", {**details, "address": "3, rang 4"})
    made.refresh_from_db()
    assert made.address == "3, rang 4"
    assert Entry.objects.filter(name="identity.person_made", channel=Channel.COUNTER).exists()


def test_the_address_of_an_account_is_its_owners(client, bureau, territory):
    """Changed at a counter, the messages of every town would go elsewhere."""
    account = AccountFactory(person=PersonFactory(name="Rita Bolduc", email="rita@example.test"))
    details = {"name": "Rita Bolduc", "phone": "", "address": "3, rang 4", "language": "fr"}
    page = f"{bureau}/personnes/{account.pk}/corriger/"
    answer = client.post(page, {**details, "email": "autre@example.test"})
    assert "email" in answer.context["form"].errors
    assert Person.objects.get(pk=account.pk).email == "rita@example.test"
    assert client.post(page, {**details, "email": "rita@example.test"}).status_code == 302
    assert Person.objects.get(pk=account.pk).address == "3, rang 4"


def test_who_may_not_make_or_correct_people_cannot(territory, resident, other_resident, neighbour_clerk):
    for wrong in (resident, neighbour_clerk, staff_actor(territory, "identity.see_people")):
        with pytest.raises(NotAllowed):
            operations.make_person(actor=wrong, name="X", now=timezone.now())
        with pytest.raises(NotAllowed):
            operations.change_details(actor=wrong, person_id=other_resident.person_id, name="Volé", now=timezone.now())
    with pytest.raises(Invalid):
        operations.make_person(actor=staff_actor(territory), name=" ", now=timezone.now())


def test_a_role_is_given_and_taken_back_on_the_screen(client, bureau, territory):
    account = AccountFactory(person=PersonFactory())
    role = Role.objects.get(slug="guichet")
    client.post(f"{bureau}/equipe/", {"email": account.email.upper(), "role": role.pk, "ends_at": "2099-01-01"})
    held = Assignment.objects.get(person_id=account.pk)
    assert held.ends_at.year in (2098, 2099)
    assert client.post(f"{bureau}/equipe/{held.pk}/terminer/").status_code == 302
    held.refresh_from_db()
    assert held.ends_at <= timezone.now() + timezone.timedelta(seconds=1)
    response = client.post(f"{bureau}/equipe/", {"email": "personne@example.test", "role": role.pk})
    assert response.status_code == 200


def test_a_role_is_given_in_one_district_only(client, bureau, territory):
    account, role = AccountFactory(person=PersonFactory()), Role.objects.get(slug="guichet")
    shape = {"code": "1", "polygon": [], "west": 0, "south": 0, "east": 1, "north": 1}
    district = District.objects.create(territory=territory, name="district du Coteau", **shape)
    with use(territory=(neighbour := TerritoryFactory())):
        elsewhere = District.objects.create(territory=neighbour, name="ailleurs", **shape)
    sent = {"email": account.email, "role": role.pk}
    assert client.post(f"{bureau}/equipe/", {**sent, "district": elsewhere.pk}).status_code == 200, "a neighbour's"
    assert not Assignment.objects.filter(person_id=account.pk).exists()
    client.post(f"{bureau}/equipe/", {**sent, "district": district.pk})
    assert Assignment.objects.get(person_id=account.pk).district_id == district.pk
    assert "district du Coteau" in client.get(f"{bureau}/equipe/").content.decode()


def test_what_a_role_may_do_is_said_in_plain_words(client, bureau, territory):
    Role.objects.create(territory=territory, name="Patinoire", slug="patinoire", permissions=["identity.see_people"])
    page = client.get(f"{bureau}/equipe/").content.decode()
    form = client.get(f"{bureau}/equipe/roles/nouveau/").content.decode()
    label = str(registry().get("identity").permission_labels["identity.see_people"])
    assert label in page and label in form
    assert "identity.see_people" not in page
    assert "issues.report" not in form, "no role gives what everybody may do"


def test_the_last_administrator_is_told_so(client, bureau):
    held = Assignment.objects.get(ends_at=None)
    response = client.post(f"{bureau}/equipe/{held.pk}/terminer/", follow=True)
    held.refresh_from_db()
    assert held.ends_at is None
    assert response.status_code == 200


def test_roles_and_teams_are_made(client, bureau):
    client.post(f"{bureau}/equipe/roles/nouveau/", {"name": "Patinoire", "permissions": ["identity.see_people"]})
    assert Role.objects.get(name="Patinoire").permissions == ["identity.see_people"]
    client.post(f"{bureau}/equipe/equipes/nouvelle/", {"name": "Patinoire", "email": ""})
    team = Team.objects.get(name="Patinoire")
    assert client.get(f"{bureau}/equipe/equipes/{team.pk}/").status_code == 200
    assert client.post(f"{bureau}/equipe/equipes/nouvelle/", {"name": "Patinoire"}).status_code == 200, "taken"


def test_who_may_not_arrange_teams_cannot(territory, neighbour_clerk):
    for wrong in (neighbour_clerk, staff_actor(territory, "cases.work")):
        with pytest.raises(NotAllowed):
            operations.save_team(actor=wrong, name="X", now=timezone.now())
        with pytest.raises(NotAllowed):
            operations.save_role(actor=wrong, name="X", permissions=[], now=timezone.now())


def test_an_organisation_is_admitted_on_the_screen(client, bureau):
    asked = OrganisationFactory()
    assert asked.name in client.get(f"{bureau}/organismes/").content.decode()
    client.post(f"{bureau}/organismes/{asked.pk}/decider/", {"admit": "1"})
    asked.refresh_from_db()
    assert asked.status == "admitted"


def test_a_contractor_is_written_down_and_kept_until_its_own_people_do(client, bureau, territory, resident):
    said = {"name": "Pavage Roy", "kind": "contractor", "email": "roy@example.test", "phone": "819 555-0199"}
    wrong = client.post(f"{bureau}/organismes/nouveau/", {**said, "email": ""})
    assert wrong.status_code == 200 and "Pavage Roy" in wrong.content.decode(), "what was typed stays"
    assert client.post(f"{bureau}/organismes/nouveau/", said).status_code == 302
    made = Organisation.objects.get()
    assert (made.status, made.email, made.members.count()) == ("admitted", "roy@example.test", 0)
    listed = client.get(f"{bureau}/organismes/").content.decode()
    assert f"/organismes/{made.pk}/" in listed
    assert "roy@example.test" not in client.get(f"/{territory.slug}/organismes/{made.slug}/").content.decode()
    client.post(f"{bureau}/organismes/{made.pk}/", {**said, "email": "bureau@example.test"})
    made.refresh_from_db()
    assert made.email == "bureau@example.test"
    OrganisationMemberFactory(organisation=made, person_id=resident.person_id, role="administrator")
    assert client.get(f"{bureau}/organismes/{made.pk}/").status_code == 403
    assert f"/organismes/{made.pk}/" not in client.get(f"{bureau}/organismes/").content.decode()
    assert "bureau@example.test" in client.get(f"/{territory.slug}/organismes/{made.slug}/").content.decode()


def test_only_staff_who_admit_write_an_organisation_down(territory, resident, neighbour_clerk):
    for wrong in (resident, neighbour_clerk, staff_actor(territory, "cases.work")):
        with pytest.raises(NotAllowed):
            operations.register_organisation(actor=wrong, name="X", kind="contractor", now=timezone.now())
