"""The link in a mail: the one question for everybody, the conversation for whoever has no account."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import set_script_prefix
from django.utils import timezone

from parvis.core.cases import links, operations
from parvis.core.cases.models import Case, Message
from parvis.core.cases.workflow import State
from parvis.core.delivery.models import Outgoing
from parvis.core.tenancy.context import use
from parvis.lib.errors import NotAllowed, NotFound

from .factories import make_case, run_queue

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@pytest.fixture(autouse=True)
def house(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    yield
    set_script_prefix("/")


@pytest.fixture
def case(territory):
    contact = operations.Contact(name="Lise", email="lise@example.test")
    return make_case(territory, now=timezone.now(), kind="procedures", contact=contact)


def address(territory, case, rest=""):
    return f"/{territory.slug}{links.path_of(case)}{rest}"


def close(clerk, case, **given):
    return operations.close_case(actor=clerk, case=case, text="C'est fait", now=timezone.now(), **given)


def test_the_mail_leads_to_the_question_and_the_answer_is_kept(client, territory, clerk, case):
    close(clerk, case)
    run_queue()
    (mail,) = Outgoing.objects.filter(address="lise@example.test")
    assert links.path_of(case).split(":")[0] in mail.text
    page = client.get(address(territory, case))
    assert page.status_code == 200
    # No other site learns the address; with "no-referrer" a browser would send its forms from nowhere, and be refused.
    assert page["Referrer-Policy"] == "same-origin"
    case.refresh_from_db()
    assert case.satisfaction is None, "opening the link answers nothing: programs open links too"
    client.post(address(territory, case, "avis/"), {"rating": "3"})
    client.post(address(territory, case, "avis/"), {"rating": "3"})
    case.refresh_from_db()
    assert case.satisfaction == 3
    assert case.events.filter(name="rated").count() == 1


def test_without_an_account_one_reads_answers_and_opens_files(client, territory, clerk, case):
    document = SimpleUploadedFile("plan.pdf", PDF, "application/pdf")
    sent = operations.send_message(
        actor=clerk, case=case, text="Quelle adresse ?", now=timezone.now(), uploads=[document], asks=True
    )
    run_queue()
    (mail,) = Outgoing.objects.filter(address="lise@example.test", text__contains="Quelle adresse")
    assert "plan.pdf" in mail.text and links.path_of(case).split(":")[0] in mail.text
    page = client.get(address(territory, case)).content.decode()
    assert "Quelle adresse ?" in page and "plan.pdf" in page
    file = sent.files.get().file_id
    assert client.get(address(territory, case, f"fichiers/{file}/")).status_code == 200
    reply = SimpleUploadedFile("photo.pdf", PDF, "application/pdf")
    client.post(address(territory, case, "repondre/"), {"text": "Le 12", "files": [reply]})
    said = Message.objects.get(text="Le 12")
    assert (said.from_staff, said.author_id, said.files.count()) == (False, None, 1)
    case.refresh_from_db()
    assert case.state == State.OPEN, "the clock goes on"


def test_whoever_has_an_account_signs_in_to_read(client, territory, clerk, resident):
    case = make_case(territory, resident, now=timezone.now(), kind="procedures")
    operations.send_message(actor=clerk, case=case, text="Confidentiel", now=timezone.now())
    close(clerk, case)
    page = client.get(address(territory, case)).content.decode()
    assert "Confidentiel" not in page and case.subject not in page
    assert client.post(address(territory, case, "repondre/"), {"text": "x"}).status_code == 404
    assert client.post(address(territory, case, "avis/"), {"rating": "1"}).status_code == 302
    case.refresh_from_db()
    assert case.satisfaction == 1


def test_a_link_that_is_not_ours_opens_nothing(client, territory, neighbour, case, clerk):
    good = links.path_of(case)
    token = good.rstrip("/").rpartition("/")[2]
    other = make_case(territory, contact=operations.Contact(email="autre@example.test"))
    for bad in (token[:-1] + ("A" if token[-1] != "A" else "B"), token.replace(case.code, other.code), case.code, "x"):
        assert client.get(f"/{territory.slug}/mon-espace/demandes/lien/{bad}/").status_code == 404
        assert (
            client.post(f"/{territory.slug}/mon-espace/demandes/lien/{bad}/avis/", {"rating": "1"}).status_code == 404
        )
    assert client.get(f"/{neighbour.slug}{good}").status_code == 404
    with use(territory=neighbour), pytest.raises(NotFound):
        links.case_of(token)


def test_a_file_of_another_case_is_not_served(client, territory, clerk, case):
    other = make_case(territory, contact=operations.Contact(email="autre@example.test"))
    document = SimpleUploadedFile("plan.pdf", PDF, "application/pdf")
    sent = operations.send_message(actor=clerk, case=other, text="x", now=timezone.now(), uploads=[document])
    assert client.get(address(territory, case, f"fichiers/{sent.files.get().file_id}/")).status_code == 404


def test_once_it_is_somebody_elses_or_erased_the_link_is_dead(client, territory, clerk, case, resident):
    from parvis.core.identity.models import Person

    before = address(territory, case)
    operations.attach_person(
        actor=clerk, case=case, person=Person.objects.get(pk=resident.person_id), now=timezone.now()
    )
    assert client.get(before).status_code == 404
    operations.forget_cases([case.pk], now=timezone.now())
    assert client.get(before).status_code == 404


def test_an_old_link_opens_nothing(client, territory, case, monkeypatch):
    path = address(territory, case)
    monkeypatch.setattr(links, "LASTS", -1)
    assert client.get(path).status_code == 404


def test_somebody_takes_it_up_again_by_the_link(client, territory, clerk, case):
    close(clerk, case)
    client.post(address(territory, case, "reprendre/"), {"text": "Toujours cassé"})
    case.refresh_from_db()
    assert case.state == State.OPEN
    assert Message.objects.last().text == "Toujours cassé"


def test_too_late_it_stays_closed(client, territory, clerk, case):
    close(clerk, case)
    Case.objects.update(closed_at=timezone.now() - timedelta(days=60))
    client.post(address(territory, case, "reprendre/"), {"text": "Toujours cassé"})
    case.refresh_from_db()
    assert case.state == State.CLOSED


def test_followers_are_told_when_it_ends(territory, clerk, case):
    follower = make_case(territory, kind="procedures", contact=operations.Contact(email="aussi@example.test"))
    operations.merge_cases(actor=clerk, case=follower, into=case, now=timezone.now())
    close(clerk, case)
    run_queue()
    assert Outgoing.objects.filter(address="aussi@example.test", subject__contains=case.code).exists()


def test_whoever_holds_the_link_replaces_it(client, territory, case):
    before = address(territory, case)
    assert client.post(address(territory, case, "remplacer/")).status_code == 200
    assert client.get(before).status_code == 404
    assert client.post(f"{before}repondre/", {"text": "x"}).status_code == 404
    run_queue()
    mail = Outgoing.objects.get(address="lise@example.test")
    after = re.search(rf"/{territory.slug}/mon-espace/demandes/lien/[^\s\"<]+", mail.text)
    assert client.get(after[0]).status_code == 200


def test_nobody_else_replaces_a_link(territory, visitor, neighbour_clerk, case):
    for wrong in (visitor, neighbour_clerk):
        with pytest.raises(NotAllowed):
            operations.replace_link(actor=wrong, case=case, now=timezone.now())


@pytest.mark.parametrize("by_text", [True, False])
def test_who_left_a_telephone_gets_the_new_link_there_and_nobody_else(client, territory, settings, by_text):
    if by_text:
        local = "parvis.core.delivery.channels.local.LocalAdapter"
        settings.DELIVERY_ADAPTERS = {**settings.DELIVERY_ADAPTERS, "sms": local}
    contact = operations.Contact(name="Lise", phone="819 555-0142")
    case = make_case(territory, now=timezone.now(), kind="procedures", contact=contact)
    before = address(territory, case)
    shown = client.post(address(territory, case, "remplacer/")).content.decode()
    assert client.get(before).status_code == 404
    case.refresh_from_db()
    assert ("data-copy" in shown) is not by_text, "shown where nobody can be told"
    run_queue()
    sent = [message.text for message in Outgoing.objects.filter(channel="sms", address="+18195550142")]
    assert len(sent) == by_text
    if by_text:
        after = re.search(rf"/{territory.slug}/mon-espace/demandes/lien/\S+", sent[0])
        assert client.get(after[0]).status_code == 200


def test_once_the_telephone_is_another_one_the_link_is_dead(client, territory):
    contact = operations.Contact(name="Lise", phone="819 555-0142")
    case = make_case(territory, now=timezone.now(), kind="procedures", contact=contact)
    before = address(territory, case)
    assert client.get(before).status_code == 200
    Case.objects.filter(pk=case.pk).update(contact_phone="")
    dead = client.get(f"/en{before}")
    assert dead.status_code == 404
    assert "This link opens nothing" in dead.content.decode()
