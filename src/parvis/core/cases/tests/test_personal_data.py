"""What a person takes away, and what is left after erasure."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from parvis.core.cases import operations, personal_data, queries
from parvis.core.cases.models import Case, Follower, HandOver, Message, Note
from parvis.core.files.models import StoredFile
from parvis.core.identity.models import Person

from .factories import NOW, make_case

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@pytest.fixture
def case(territory, region, clerk, resident, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    case = make_case(territory, resident, place="12 rue du Moulin", lat=45.0, lon=-72.0)
    document = SimpleUploadedFile("plan.pdf", PDF, "application/pdf")
    operations.send_message(actor=resident, case=case, text="Voici le plan", now=NOW, uploads=[document])
    operations.add_note(actor=clerk, case=case, text="Note sur Judith", now=NOW)
    operations.hand_over_case(actor=clerk, case=case, to=region, reason="", now=NOW, shares_contact=True)
    return case


def test_the_export_holds_all_that_is_theirs_and_no_note(case, resident):
    export = personal_data.export(resident.person_id)
    (found,) = export["cases"]
    assert found["code"] == case.code
    assert found["messages"][0]["text"] == "Voici le plan"
    assert found["messages"][0]["files"][0]["name"] == "plan.pdf"
    assert found["contact"]["name"] == Person.objects.get(pk=resident.person_id).name
    assert "Judith" not in str(export)


def test_another_persons_export_is_empty(case, other_resident):
    assert personal_data.export(other_resident.person_id)["cases"] == []


def test_erasure_leaves_dates_and_states_only(case, resident, other_resident):
    operations.follow_case(actor=other_resident, case=case, now=NOW)
    kept = personal_data.erase(resident.person_id, NOW)
    assert kept
    case.refresh_from_db()
    assert (case.person_id, case.subject, case.place, case.lat, case.search_text) == (None, "—", "", None, "")
    assert (case.kind, case.state, case.opened_at) == ("issues", "waiting", NOW)
    assert Message.objects.get().text == "" and Note.objects.get().text == ""
    frozen = HandOver.objects.get().frozen
    assert frozen == queries.bare_copy(frozen)
    assert "plan" not in str(frozen) and "Moulin" not in str(frozen)
    assert not StoredFile.objects.exists()
    assert case.events.count() >= 4
    assert Follower.objects.count() == 1, "somebody else's wish to follow is not the person's"


def test_erasure_touches_nobody_else(case, resident, other_resident):
    assert list(personal_data.erase(other_resident.person_id, NOW)) == []
    assert Case.objects.get().person_id == resident.person_id
    assert Message.objects.get().text == "Voici le plan"


def test_a_file_of_the_conversation_is_for_its_person_and_staff(case, resident, other_resident, clerk, neighbour_clerk):
    from parvis.core.files.rules import can_see

    stored = StoredFile.objects.get()
    assert can_see(resident, stored) and can_see(clerk, stored)
    assert not can_see(other_resident, stored)
    assert not can_see(neighbour_clerk, stored)
