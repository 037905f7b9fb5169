"""Somebody called without an account; later staff know who it was. And take it back when it was somebody else."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import set_script_prefix
from django.utils import timezone

from parvis.core.audit.models import View
from parvis.core.cases import operations
from parvis.core.cases.models import Case, Message
from parvis.core.content.tests.factories import make_content
from parvis.core.files.models import StoredFile
from parvis.core.identity.models import Person
from parvis.core.identity.tests.factories import PersonFactory, make_staff, resident_actor, sign_in, staff_actor
from parvis.core.tenancy.context import use
from parvis.core.tenancy.guard import Scope
from parvis.lib.actor import Channel
from parvis.lib.errors import Invalid, NotAllowed, WrongState

from .factories import NOW, make_case

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@pytest.fixture(autouse=True)
def no_prefix():
    yield
    set_script_prefix("/")


@pytest.fixture
def judith(territory):
    return PersonFactory(name="Judith Fictive", phone="+18195550142")


@pytest.fixture
def case(territory, clerk, settings, tmp_path):
    """What somebody said on the telephone, with a document that staff sent."""
    settings.MEDIA_ROOT = tmp_path
    contact = operations.Contact(name="Judith", phone="819 555-0142")
    case = make_case(territory, clerk.on_behalf_of(None, Channel.PHONE), contact=contact)
    document = SimpleUploadedFile("plan.pdf", PDF, "application/pdf")
    operations.send_message(actor=clerk, case=case, text="Voici", now=NOW, uploads=[document])
    return case


def attach(actor, case, person, now=NOW):
    return operations.attach_person(actor=actor, case=case, person=person, now=now)


def test_the_person_reads_it_all_from_any_town(case, clerk, judith, neighbour):
    attach(clerk, case, judith)
    with use(territory=neighbour, person=judith.pk, scope=Scope.MINE):
        assert Case.objects.get().pk == case.pk
        assert Message.objects.get().text == "Voici"
        assert StoredFile.objects.get().name == "plan.pdf"


def test_only_those_who_work_on_it_here_say_so(case, judith, resident, neighbour_clerk, territory):
    for actor in (resident, neighbour_clerk, staff_actor(territory, "cases.view"), resident_actor(territory, judith)):
        with pytest.raises(NotAllowed):
            attach(actor, case, judith)
        with pytest.raises(NotAllowed):
            operations.detach_person(actor=actor, case=case, now=NOW)
    assert Case.objects.get().person_id is None


def test_somebody_who_never_entered_here_is_refused(case, clerk, neighbour):
    stranger = PersonFactory(entered=[neighbour])
    with pytest.raises(Invalid):
        attach(clerk, case, stranger)


def test_it_can_be_taken_back_for_a_day(case, clerk, judith):
    attach(clerk, case, judith)
    operations.detach_person(actor=clerk, case=case, now=NOW + timedelta(hours=20))
    case.refresh_from_db()
    assert (case.person_id, Message.objects.get().person_id, StoredFile.objects.get().person_id) == (None, None, None)
    names = [event.name for event in case.events.all()]
    assert names[-2:] == ["person_attached", "person_detached"]
    with pytest.raises(WrongState):
        operations.detach_person(actor=clerk, case=case, now=NOW + timedelta(hours=21))


def test_after_a_day_it_is_said_again_instead(case, clerk, judith, resident):
    attach(clerk, case, judith)
    with pytest.raises(WrongState):
        operations.detach_person(actor=clerk, case=case, now=NOW + timedelta(hours=25))
    other = Person.objects.get(pk=resident.person_id)
    attach(clerk, case, other, now=NOW + timedelta(hours=26))
    operations.detach_person(actor=clerk, case=case, now=NOW + timedelta(hours=27))
    case.refresh_from_db()
    assert case.person_id == judith.pk


def test_saying_it_twice_writes_it_once(case, clerk, judith):
    attach(clerk, case, judith)
    attach(clerk, case, judith)
    assert case.events.filter(name="person_attached").count() == 1


def page(territory, case, rest=""):
    return f"/{territory.slug}/bureau/dossiers/{case.code}/personne/{rest}"


def test_the_clerk_finds_confirms_and_takes_back(client, territory, case, judith):
    make_content(territory)
    sign_in(client, make_staff(territory))
    found = client.get(page(territory, case))
    assert "Judith Fictive" in found.content.decode(), "the number left with it is searched at once"
    assert View.objects.filter(person_id=judith.pk).exists()
    asked = client.get(page(territory, case, f"?person={judith.pk}"))
    assert asked.status_code == 200
    case.refresh_from_db()
    assert case.person_id is None, "looking is not attaching"
    done = client.post(page(territory, case), {"person": str(judith.pk)}, follow=True)
    assert "Judith Fictive" in done.content.decode()
    case.refresh_from_db()
    assert case.person_id == judith.pk
    assert "dossiers" in done.redirect_chain[-1][0]
    Case.objects.filter(pk=case.pk).update(opened_at=timezone.now())
    client.post(f"/{territory.slug}/bureau/dossiers/{case.code}/detach/")
    case.refresh_from_db()
    assert case.person_id is None


@pytest.mark.parametrize("permissions", [("cases.view",), ("cases.work",), ("cases.serve", "cases.view")])
def test_a_clerk_without_the_right_does_not_see_the_page(client, territory, case, judith, permissions):
    make_content(territory)
    sign_in(client, make_staff(territory, *permissions))
    assert client.get(page(territory, case)).status_code == 403
    assert client.post(page(territory, case), {"person": str(judith.pk)}).status_code == 403
    case.refresh_from_db()
    assert case.person_id is None


def test_nonsense_instead_of_a_person(client, territory, case):
    make_content(territory)
    sign_in(client, make_staff(territory))
    for typed in ("x", "00000000-0000-0000-0000-000000000000"):
        assert client.get(page(territory, case, f"?person={typed}")).status_code == 200
        assert client.post(page(territory, case), {"person": typed}).status_code == 200


def test_the_household_is_whoever_is_known_at_the_same_address(territory, neighbour):
    from parvis.core.cases import queries

    judith = PersonFactory(name="Judith Fictive", address="3, rue de l'Église")
    child = PersonFactory(name="Léo Fictif", address="3, RUE DE L’EGLISE")
    PersonFactory(name="Voisine Fictive", address="33, rue de l'Église")
    PersonFactory(name="Ailleurs Fictif", address="3, rue de l'Église", entered=[neighbour])
    nowhere = PersonFactory(address="")
    make_case(territory, resident_actor(territory, child))
    (other,) = queries.glance_of(judith, now=NOW).household
    assert (other.person.pk, other.open) == (child.pk, 1)
    assert queries.glance_of(nowhere, now=NOW).household == []
