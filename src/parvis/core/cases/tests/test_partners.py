"""An organisation does what a town handed to it; the database shows it to members only, while their terms run."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import set_script_prefix
from django.utils import timezone

from parvis.core.cases import operations, queries, rules
from parvis.core.cases.models import HandOver, PartnerMessage
from parvis.core.cases.workflow import State
from parvis.core.files.models import StoredFile
from parvis.core.files.rules import can_see
from parvis.core.identity.models import OrganisationMember
from parvis.core.identity.tests.factories import (
    OrganisationFactory,
    OrganisationMemberFactory,
    PersonFactory,
    resident_actor,
    sign_in,
    staff_actor,
)
from parvis.core.notifications.models import InboxMessage
from parvis.core.tenancy.context import use
from parvis.core.tenancy.guard import Scope
from parvis.lib.errors import Invalid, NotAllowed, WrongState

from .factories import make_case, run_queue

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
NOW = timezone.now()
LONG_AGO = NOW - timedelta(days=400)


@pytest.fixture(autouse=True)
def house(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    yield
    set_script_prefix("/")


@pytest.fixture
def contractor(territory):
    return OrganisationFactory(name="Excavation Fictive", kind="contractor", status="admitted", decided_at=LONG_AGO)


def member(territory, organisation, role="manager", **term):
    person = PersonFactory()
    OrganisationMemberFactory(organisation=organisation, person=person, role=role, **{"starts_at": LONG_AGO, **term})
    return resident_actor(territory, person)


@pytest.fixture
def boss(territory, contractor):
    return member(territory, contractor)


@pytest.fixture
def case(territory, resident):
    case = make_case(territory, resident, now=NOW, place="12 rue du Moulin")
    document = SimpleUploadedFile("plan.pdf", PDF, "application/pdf")
    operations.send_message(actor=resident, case=case, text="Je suis malade", now=NOW, uploads=[document])
    return case


@pytest.fixture
def row(case, clerk, contractor, boss):
    found = operations.hand_over_case(actor=clerk, case=case, to=contractor, reason="À réparer", now=NOW)
    run_queue()
    found.refresh_from_db()
    return found


def seen_by(actor):
    with use(person=actor.person_id, scope=Scope.PARTNER), connection.cursor() as cursor:
        cursor.execute("SELECT id FROM cases_handover")
        return [pk for (pk,) in cursor.fetchall()]


def test_a_member_sees_it_and_nothing_of_the_case_itself(row, boss):
    assert seen_by(boss) == [row.pk]
    with use(person=boss.person_id, scope=Scope.PARTNER), connection.cursor() as cursor:
        for table in ("cases_case", "cases_message", "cases_note", "cases_caseevent", "files_storedfile"):
            cursor.execute(f"SELECT count(*) FROM {table}")
            assert cursor.fetchone() == (0,)


def test_the_wrong_people_see_nothing(territory, row, contractor, resident, neighbour_clerk):
    ended = member(territory, contractor, ends_at=NOW - timedelta(days=1))
    early = member(territory, contractor, starts_at=NOW + timedelta(days=1))
    other = OrganisationFactory(status="admitted", decided_at=LONG_AGO)
    for actor in (ended, early, member(territory, other), resident, neighbour_clerk):
        assert seen_by(actor) == []
        for act in ("answer_as_partner", "finish_as_partner", "accept_hand_over", "refuse_hand_over"):
            extra = {} if act == "accept_hand_over" else {"text": "x"}
            with pytest.raises(NotAllowed):
                getattr(operations, act)(actor=actor, hand_over=row, now=NOW, **extra)
    row.refresh_from_db()
    assert row.state == "offered"


def test_an_organisation_that_left_sees_nothing(row, contractor, boss):
    contractor.status = "left"
    contractor.save()
    assert seen_by(boss) == []


def test_a_plain_member_answers_but_does_not_decide(territory, row, contractor):
    helper = member(territory, contractor, role="member")
    operations.answer_as_partner(actor=helper, hand_over=row, text="Demain matin", now=NOW)
    for act in ("accept_hand_over", "refuse_hand_over", "finish_as_partner"):
        with pytest.raises(NotAllowed):
            getattr(operations, act)(actor=helper, hand_over=row, now=NOW)


def test_without_agreement_the_conversation_stays_at_home(row):
    assert "malade" not in str(row.frozen)
    assert "contact" not in row.frozen
    assert row.frozen["subject"]


def test_with_agreement_it_goes_along_with_its_files(case, clerk, contractor, boss, resident, other_resident):
    found = operations.hand_over_case(actor=clerk, case=case, to=contractor, reason="", now=NOW, shares_contact=True)
    run_queue()
    found.refresh_from_db()
    assert found.frozen["messages"][0]["text"] == "Je suis malade"
    assert found.frozen["contact"]["name"]
    (file,) = queries.files_in(found.frozen)
    copy = StoredFile.objects.get(pk=file["id"])
    assert (copy.purpose, copy.subject_id) == ("cases.partner", found.pk)
    assert can_see(boss, copy) and can_see(clerk, copy)
    assert not can_see(other_resident, copy)
    OrganisationMember.objects.update(ends_at=NOW - timedelta(minutes=1))
    assert not can_see(boss, copy), "the term has ended"


def test_from_taking_it_on_to_done(row, case, clerk, boss):
    operations.accept_hand_over(actor=boss, hand_over=row, now=NOW)
    operations.answer_as_partner(actor=boss, hand_over=row, text="Quelle largeur ?", now=NOW)
    assert [found.pk for found in queries.partners_waiting()] == [row.pk]
    operations.write_to_partner(actor=clerk, hand_over=row, text="Deux mètres", now=NOW)
    assert not queries.partners_waiting().exists()
    operations.finish_as_partner(actor=boss, hand_over=row, text="Réparé", now=NOW)
    row.refresh_from_db()
    case.refresh_from_db()
    assert (row.state, row.answer["text"], case.state) == ("done", "Réparé", State.OPEN)
    with pytest.raises(WrongState):
        operations.answer_as_partner(actor=boss, hand_over=row, text="Encore", now=NOW)
    assert seen_by(boss) == [row.pk], "what was done stays readable"


def test_what_was_not_taken_on_cannot_be_done(row, boss):
    with pytest.raises(WrongState):
        operations.finish_as_partner(actor=boss, hand_over=row, text="Fait", now=NOW)


def test_it_is_told_by_message_and_nobody_else_is(row, clerk, boss, resident):
    def subjects(actor):
        return [found.subject for found in InboxMessage.objects.filter(person_id=actor.person_id)]

    assert len(subjects(boss)) == 1
    operations.write_to_partner(actor=clerk, hand_over=row, text="Attention au tuyau", now=NOW)
    operations.answer_as_partner(actor=boss, hand_over=row, text="Vu", now=NOW)
    run_queue()
    assert len(subjects(boss)) == 2
    assert "tuyau" not in str(InboxMessage.objects.filter(person_id=resident.person_id).values_list("text"))


def test_an_empty_or_too_long_word_is_refused(row, boss):
    for text in ("  ", "a" * 10_001):
        with pytest.raises(Invalid):
            operations.answer_as_partner(actor=boss, hand_over=row, text=text, now=NOW)


def test_staff_who_may_not_work_do_not_write_to_it(territory, row):
    with pytest.raises(NotAllowed):
        operations.write_to_partner(actor=staff_actor(territory, "cases.view"), hand_over=row, text="x", now=NOW)


def test_the_rule_is_false_for_visitors_and_for_hand_overs_to_towns(row, boss, region, clerk, territory):
    from parvis.lib.actor import Actor

    assert not rules.is_partner(Actor.visitor(territory.pk), row)
    to_region = operations.hand_over_case(actor=clerk, case=make_case(territory), to=region, reason="", now=NOW)
    assert not rules.is_partner(boss, to_region)


def address(territory, row=None, rest=""):
    return f"/{territory.slug}/mon-espace/demandes/confiees/" + (f"{row.pk}/{rest}" if row else "")


def enter(client, actor):
    from parvis.core.identity.models import Person

    with use(scope=Scope.SIGN_IN):
        person = Person.objects.get(pk=actor.person_id)
    sign_in(client, person)


def test_the_pages_of_a_member(client, territory, row, boss):
    enter(client, boss)
    assert "Nid-de-poule" in client.get(address(territory)).content.decode()
    page = client.get(address(territory, row)).content.decode()
    assert "12 rue du Moulin" in page and "À réparer" in page and "malade" not in page
    client.post(address(territory, row, "accepter/"))
    document = SimpleUploadedFile("devis.pdf", PDF, "application/pdf")
    client.post(address(territory, row, "repondre/"), {"text": "Voici le devis", "files": [document]})
    said = PartnerMessage.objects.get()
    assert (said.text, said.from_partner, said.files[0]["name"]) == ("Voici le devis", True, "devis.pdf")
    page = client.get(address(territory, row)).content.decode()
    assert "devis.pdf" in page
    assert client.get(f"/{territory.slug}/fichiers/{said.files[0]['id']}/full").status_code == 200
    client.post(address(territory, row, "terminer/"), {"text": "Fait"})
    row.refresh_from_db()
    assert row.state == "done"
    assert client.get(address(territory, row)).status_code == 200


def test_a_refused_answer_keeps_what_was_typed(client, territory, row, boss):
    enter(client, boss)
    bad = SimpleUploadedFile("x.exe", b"MZ" + b"0" * 100, "application/octet-stream")
    response = client.post(address(territory, row, "repondre/"), {"text": "Mon mot", "files": [bad]})
    assert response.status_code == 422
    assert "Mon mot" in response.content.decode()


def test_from_another_town_it_opens_in_its_own(client, territory, neighbour, row, boss):
    enter(client, boss)
    assert "Nid-de-poule" in client.get(address(neighbour)).content.decode()
    assert client.get(address(neighbour, row))["Location"].endswith(address(territory, row))


def test_a_stranger_finds_nothing_and_changes_nothing(client, territory, row, resident):
    enter(client, resident)
    assert "Nid-de-poule" not in client.get(address(territory)).content.decode()
    for rest in ("", "accepter/", "repondre/", "terminer/"):
        response = (
            client.post(address(territory, row, rest), {"text": "x"}) if rest else client.get(address(territory, row))
        )
        assert response.status_code == 404
    assert HandOver.objects.get().state == "offered"
    assert not PartnerMessage.objects.exists()


def test_a_visitor_is_asked_to_sign_in(client, territory, row):
    assert "/compte/" in client.get(address(territory, row))["Location"]
