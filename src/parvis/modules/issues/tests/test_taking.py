"""Staff take a report for somebody: with the same help as a resident, in the caller's language, or from a mail."""

import pytest
from django.test import Client
from django.utils import timezone

from parvis.core.assets.models import Asset, AssetKind
from parvis.core.cases import operations as cases
from parvis.core.cases.models import Case, Follower, Message
from parvis.core.cases.operations import Contact
from parvis.core.cases.tests.factories import make_case, run_queue
from parvis.core.content.operations import ensure_territory_content
from parvis.core.delivery.models import Outgoing
from parvis.core.files.models import StoredFile
from parvis.core.files.operations import prepare_photo
from parvis.core.identity.models import Person
from parvis.core.identity.tests.factories import PersonFactory, make_staff, sign_in, staff_actor
from parvis.core.tenancy.models import Territory
from parvis.lib.actor import Actor, Channel
from parvis.lib.errors import NotAllowed, TooMuch, WrongState
from parvis.modules.issues import operations
from parvis.modules.issues.models import PHOTO, Category, Issue

from .factories import CategoryFactory, QuestionFactory, make_issue, photo

pytestmark = pytest.mark.django_db
WHERE = {"place_address": "47, rue Principale", "place_lat": "45.8", "place_lon": "-71.9"}
SAID = "gros trou devant chez nous"


@pytest.fixture(autouse=True)
def media(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def office(territory: Territory) -> Client:
    """A browser of somebody who works on reports."""
    ensure_territory_content(territory)
    client = Client(headers={"host": "localhost"})
    sign_in(client, make_staff(territory, "issues.work", "cases.work", "cases.view", "cases.serve"))
    return client


@pytest.fixture
def page(territory: Territory) -> str:
    return f"/{territory.slug}/bureau/signalements/nouveau/"


@pytest.fixture
def hole() -> Category:
    category = CategoryFactory(slug="trou")
    QuestionFactory(category=category, code="profondeur", is_required=True)
    return category


@pytest.fixture
def mail(territory: Territory) -> Case:
    """A mail that became a case, with two photos and a paper."""
    sender = Contact(name="Lise O'Neill", email="lise@example.test", language="en")
    found = make_case(
        territory,
        Actor.visitor(territory.pk, Channel.EMAIL),
        subject="Rue Principale",
        contact=sender,
        now=timezone.now(),
    )
    cases.send_message(
        actor=Actor.visitor(territory.pk, Channel.EMAIL),
        case=found,
        text=SAID,
        uploads=[photo("un.jpg"), photo("deux.jpg")],
        holds_link=True,
        now=timezone.now(),
    )
    for stored in StoredFile.objects.all():
        prepare_photo(stored)
    return found


def said(**more: object) -> dict[str, object]:
    return {"description": SAID, **WHERE, "idempotency_key": "d" * 32, "channel": "phone", "language": "fr", **more}


def test_the_parts_that_help_come_for_staff_too(
    office: Client, page: str, hole: Category, resident: Actor, territory: Territory
) -> None:
    hidden = Asset.objects.create(kind=AssetKind.LAMP, code="L-77", lat=45.8, lon=-71.9, is_public=False)
    Category.objects.filter(pk=hole.pk).update(asset_kinds=["lamp"])
    near = make_issue(resident, category=hole, answers=None)
    parts = office.post(f"{page}aide/", {"description": "trou", "category": hole.slug, **WHERE}).json()
    assert "Quelle profondeur" in parts["questions"] and "errorlist" not in parts["questions"]
    assert f'name="follow" value="{near.code}"' in parts["similar"]
    assert hidden.code in parts["things"], "staff know of what is not public"
    assert 'data-helping="' in office.get(page).content.decode()


def test_without_javascript_questions_come_after_the_first_press(office: Client, page: str, hole: Category) -> None:
    first = office.post(page, said(category=hole.slug, name="Lise"))
    text = first.content.decode()
    assert first.status_code == 422 and "Quelle profondeur" in text and SAID in text and 'value="Lise"' in text
    assert office.post(page, said(category=hole.slug, question_profondeur="deux pouces")).status_code == 302
    assert [row["value"] for row in Issue.objects.get().answers] == ["deux pouces"]


def test_a_suggestion_that_is_ticked_is_the_kind(office: Client, page: str, hole: Category) -> None:
    other = CategoryFactory(slug="autre")
    office.post(page, said(category=[hole.slug, other.slug], question_profondeur="deux pouces"))
    assert Issue.objects.get().category == hole


def test_the_language_of_whoever_calls_is_kept(office: Client, page: str, territory: Territory) -> None:
    kind = CategoryFactory()
    assert 'name="language"' in office.get(page).content.decode()
    office.post(page, said(category=kind.slug, email="bob@example.test", language="en"))
    assert Case.objects.get().language == "en"
    known = PersonFactory(entered=[territory], language="es")
    asked = f"{page}?person={known.pk}"
    assert 'name="language"' not in office.get(asked).content.decode()
    office.post(asked, said(category=kind.slug, idempotency_key="e" * 32))
    assert Case.objects.get(person=known).language == "es"


def test_photo_and_channel_come_before_the_button(office: Client, page: str) -> None:
    text = office.get(page).content.decode()
    end = text.index('accesskey="s"')
    assert text.index('name="photos"') < end and text.index('name="channel"') < end


def test_who_calls_follows_what_was_reported_already(
    office: Client, page: str, resident: Actor, other_resident: Actor
) -> None:
    issue = make_issue(resident)
    answer = office.post(f"{page}?person={other_resident.person_id}", said(follow=issue.code))
    assert answer.status_code == 302, answer.content.decode()
    assert [row.person_id for row in Follower.objects.all()] == [other_resident.person_id]
    own = office.post(f"{page}?person={resident.person_id}", said(follow=issue.code))
    assert own.status_code == 422
    assert Issue.objects.count() == Follower.objects.count() == 1


def test_who_leaves_an_address_gets_the_link_in_their_language(office: Client, page: str, resident: Actor) -> None:
    issue = make_issue(resident)
    without = office.post(page, said(follow=issue.code))
    assert without.status_code == 422 and SAID in without.content.decode()
    assert list(without.context["form"].errors) == ["email"], "nothing else is missing to follow"
    office.post(page, said(follow=issue.code, email="bob@example.test", language="en"))
    [sent] = Outgoing.objects.filter(address="bob@example.test")
    assert sent.subject == f"Follow the report {issue.code}?" and "Pothole" in sent.text
    assert not Follower.objects.exists() and Issue.objects.count() == 1


def test_only_staff_follow_for_another_person(resident: Actor, other_resident: Actor, territory: Territory) -> None:
    issue = make_issue(resident)
    reader = staff_actor(territory, "issues.figures")
    for wrong in (other_resident, reader, Actor.visitor(territory.pk)):
        acting = wrong.on_behalf_of(PersonFactory(entered=[territory]).pk, Channel.PHONE)
        with pytest.raises(NotAllowed):
            operations.follow_issue(actor=acting, issue=issue, now=timezone.now())
    clerk = staff_actor(territory, "issues.work").on_behalf_of(other_resident.person_id, Channel.PHONE)
    assert operations.follow_issue(actor=clerk, issue=issue, now=timezone.now()) is not None


def test_a_mail_becomes_a_report_of_the_same_case(office: Client, page: str, mail: Case, territory: Territory) -> None:
    kind = CategoryFactory(promised_days=3)
    panel = office.get(f"/{territory.slug}/bureau/dossiers/{mail.code}/").content.decode()
    assert f"{page}?case={mail.code}" in panel
    form = office.get(f"{page}?case={mail.code}")
    text = form.content.decode()
    first, second = form.context["form"].initial["mailed"]
    assert SAID in text and "Rue Principale" in text and "Neill" in text and 'name="email"' not in text
    assert str(first) in text and str(second) in text
    answer = office.post(f"{page}?case={mail.code}", said(category=kind.slug, mailed=[str(first)]))
    assert answer.status_code == 302 and mail.code in answer.headers["Location"]
    issue, case = Issue.objects.get(), Case.objects.get()
    assert (issue.case, issue.code, issue.reported_at) == (case, mail.code, mail.opened_at)
    assert (case.channel, case.contact_email, case.due_days) == ("email", "lise@example.test", 3)
    assert case.lat == 45.8 and case.subject.startswith("Nid-de-poule") and issue.due_at == case.due_at
    assert StoredFile.objects.filter(purpose=PHOTO, subject_id=issue.pk).count() == 1
    assert Message.objects.get().files.count() == 2, "the conversation stays as it was"
    run_queue()
    assert mail.code in Outgoing.objects.get(address="lise@example.test").text
    assert office.get(f"{page}?case={mail.code}").status_code == 302, "it has its report"


def test_a_mail_to_the_town_in_general_becomes_a_report_too(
    office: Client, page: str, mail: Case, territory: Territory, neighbour_clerk: Actor
) -> None:
    Case.objects.filter(pk=mail.pk).update(kind="inbound")
    mail.refresh_from_db()
    assert f"{page}?case={mail.code}" in office.get(f"/{territory.slug}/bureau/dossiers/{mail.code}/").content.decode()
    for wrong in (staff_actor(territory, "issues.work"), staff_actor(territory, "cases.work"), neighbour_clerk):
        with pytest.raises(NotAllowed):
            make_issue(wrong, mail=mail)
    kind = CategoryFactory(promised_days=3)
    ids = [str(stored.pk) for stored in StoredFile.objects.all()]
    answer = office.post(f"{page}?case={mail.code}", said(category=kind.slug, mailed=ids))
    assert answer.status_code == 302
    case, issue = Case.objects.get(), Issue.objects.get()
    assert (case.kind, case.code, case.due_days, issue.case_id) == ("issues", mail.code, 3, mail.pk)
    assert case.events.filter(name="became", is_internal=True).count() == 1
    assert StoredFile.objects.filter(purpose=PHOTO, subject_id=issue.pk).count() == 2
    assert office.get(f"/{territory.slug}/bureau/dossiers/{case.code}/").status_code == 200


def test_a_mail_makes_one_report_only(mail: Case, territory: Territory) -> None:
    clerk = staff_actor(territory, "issues.work")
    ids = [stored.pk for stored in StoredFile.objects.all()]
    first = make_issue(clerk, mail=mail, mailed=ids)
    assert make_issue(clerk, mail=mail).pk == first.pk
    assert StoredFile.objects.filter(purpose=PHOTO).count() == 2


def test_no_other_photos_and_no_more_than_a_report_holds(
    mail: Case, territory: Territory, resident: Actor, monkeypatch
) -> None:
    make_issue(resident, photos=[photo()])
    foreign = StoredFile.objects.get(purpose=PHOTO)
    clerk = staff_actor(territory, "issues.work")
    ids = [stored.pk for stored in StoredFile.objects.all()]
    monkeypatch.setattr("parvis.modules.issues.operations.reporting.MOST_PHOTOS", 1)
    with pytest.raises(TooMuch):
        make_issue(clerk, mail=mail, mailed=ids)
    issue = make_issue(clerk, mail=mail, mailed=[foreign.pk])
    assert not StoredFile.objects.filter(subject_id=issue.pk).exists()


def test_who_may_not_make_a_report_of_a_mail(
    mail: Case, territory: Territory, resident: Actor, neighbour_clerk: Actor, page: str
) -> None:
    for wrong in (resident, Actor.visitor(territory.pk), staff_actor(territory, "cases.work"), neighbour_clerk):
        with pytest.raises(NotAllowed):
            make_issue(wrong, mail=mail)
    ensure_territory_content(territory)
    client = Client(headers={"host": "localhost"})
    sign_in(client, make_staff(territory, "cases.work", "cases.view"))
    assert client.get(f"{page}?case={mail.code}").status_code in {403, 404}
    other = make_case(territory, kind="procedures")
    with pytest.raises(NotAllowed):
        make_issue(staff_actor(territory, "issues.work"), mail=other)
    assert not Issue.objects.exists()


def test_a_mail_that_was_closed_stays_closed(mail: Case, territory: Territory) -> None:
    clerk = staff_actor(territory, "issues.work", "cases.work")
    cases.close_case(actor=clerk, case=mail, now=timezone.now())
    with pytest.raises(WrongState):
        make_issue(clerk, mail=mail)
    assert not Issue.objects.exists() and Person.objects.exists()
