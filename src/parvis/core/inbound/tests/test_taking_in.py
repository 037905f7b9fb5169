"""Take in mail: new requests, answers, and everything that must become neither."""

from datetime import timedelta

import pytest
from django.utils import timezone

from parvis.core.cases import answers, operations
from parvis.core.cases.models import Case, CaseLink, Message, MessageFile, Note
from parvis.core.cases.tests.factories import make_case, run_queue
from parvis.core.delivery.models import Outgoing
from parvis.core.delivery.models import State as Sent
from parvis.core.files.models import StoredFile
from parvis.core.identity.tests.factories import PersonFactory, resident_actor
from parvis.core.inbound import operations as inbound
from parvis.core.inbound import personal_data
from parvis.core.inbound.models import Arrival, Outcome
from parvis.core.inbound.operations import MOST_OF_ONE, Verdict
from parvis.core.tenancy.context import use
from parvis.core.tenancy.guard import Scope
from parvis.core.tenancy.switches import change_settings

from .letters import PDF, PNG, letter, raw, report

pytestmark = pytest.mark.django_db
DOMAIN = "mail.example.test"


@pytest.fixture(autouse=True)
def house(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    settings.INBOUND_DOMAIN = DOMAIN
    settings.DEFAULT_FROM_EMAIL = "parvis@ici.test"


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def case(territory, now):
    contact = operations.Contact(name="Lise", email="lise@example.test")
    return make_case(territory, now=now, kind="procedures", contact=contact)


def take(body, to, now, envelope_from="lise@example.test"):
    with use(territory=None):
        return inbound.take_in(body, recipient=to, envelope_from=envelope_from, now=now)


def town_hall(territory, kind=""):
    return f"{territory.slug}{kind}@{DOMAIN}"


def test_a_message_opens_a_request_of_somebody_without_account(territory, now):
    files = (
        ("plan.pdf", "application/pdf", PDF),
        ("photo.png", "image/png", PNG),
        ("virus.exe", "application/x-a", b"MZ"),
    )
    assert take(raw(files=files), town_hall(territory), now) is Verdict.TAKEN
    case = Case.objects.get()
    assert (case.kind, case.subject, case.channel) == ("inbound", "Lampadaire éteint", "email")
    assert (case.person_id, case.contact_email, case.contact_name) == (None, "lise@example.test", "Lise Roy")
    assert case.awaiting_reply_since == now
    message = Message.objects.get()
    assert "lampadaire" in message.text and not message.from_staff and message.channel == "email"
    assert sorted(StoredFile.objects.values_list("content_type", flat=True)) == ["application/pdf", "image/png"]
    assert MessageFile.objects.count() == 2
    assert "virus.exe" in Note.objects.get().text
    run_queue()
    mail = Outgoing.objects.get()
    assert mail.address == "lise@example.test" and case.code in mail.text and "virus.exe" in mail.text
    assert mail.headers["Reply-To"] == answers.address_of(case)


def test_the_same_message_is_taken_once(territory, now):
    assert take(raw(), town_hall(territory), now) is Verdict.TAKEN
    assert take(b"Received: again\r\n" + raw(), town_hall(territory), now) is Verdict.REPEATED
    assert Case.objects.count() == Message.objects.count() == Arrival.objects.count() == 1


def test_one_message_to_two_towns_is_one_request_in_each(territory, neighbour, now):
    for town in (territory, neighbour):
        assert take(raw(), town_hall(town), now) is Verdict.TAKEN
    with use(territory=neighbour):
        assert Case.objects.count() == 1
    assert Case.objects.count() == 1


def test_what_says_it_is_from_an_account_is_not_its_request(territory, now):
    person = PersonFactory(entered=[territory], email="lise@example.test")
    take(raw(), town_hall(territory), now)
    assert Case.objects.get().person_id is None and person.pk is not None


def test_an_answer_goes_on_with_its_request(territory, case, now):
    text = "Toujours éteint.\n\nLe 1 juin 2026, Ville a écrit :\n> Est-ce réglé ?"
    to = answers.address_of(case)
    assert len(to.partition("@")[0]) <= 64
    assert take(raw(text, message_id="<r@example.test>"), to.upper(), now) is Verdict.TAKEN
    message = Message.objects.get()
    assert (message.case_id, message.text, message.from_staff) == (case.pk, "Toujours éteint.", False)
    case.refresh_from_db()
    assert case.awaiting_reply_since == now and Case.objects.count() == 1 and not Note.objects.exists()
    run_queue()
    assert not Outgoing.objects.exists(), "an answer that was taken whole needs no word"


def test_an_answer_of_an_account_is_the_persons(territory, now):
    person = PersonFactory(entered=[territory])
    mine = make_case(territory, actor=resident_actor(territory, person), now=now, kind="procedures")
    take(raw("Merci"), answers.address_of(mine), now)
    message = Message.objects.get()
    assert (message.person_id, message.case_id, message.from_staff) == (person.pk, mine.pk, False)


def test_the_references_lead_home_too(territory, case, now):
    headers = {"References": f"<autre@x.test> <{answers.address_of(case)}>", "In-Reply-To": "<y@ici.test>"}
    take(raw("Merci", headers=headers), town_hall(territory), now)
    assert Message.objects.get().case_id == case.pk


def test_another_address_may_answer_but_it_shows(territory, case, now):
    take(raw("Merci", sender="mari@example.test"), answers.address_of(case), now)
    assert Message.objects.get().case_id == case.pk
    assert "mari@example.test" in Note.objects.get().text


@pytest.mark.parametrize("place", [4, 30, 45])
def test_a_forged_address_opens_nothing(territory, case, now, place):
    good = answers.address_of(case)
    letter_there = "a" if good[place] != "a" else "b"
    forged = good[:place] + letter_there + good[place + 1 :]
    verdict = take(raw("Je suis Lise"), forged, now)
    assert not Message.objects.filter(case=case).exists()
    assert verdict in {Verdict.TAKEN, Verdict.UNKNOWN}


def test_the_code_of_a_request_gives_no_right(territory, case, now):
    take(raw("Fermez-la", subject=f"Re: {case.code}"), town_hall(territory), now)
    assert not Message.objects.filter(case=case).exists() and Case.objects.count() == 2


def test_the_code_in_a_subject_ties_the_new_request_to_it_for_staff(territory, neighbour, case, now):
    theirs = make_case(neighbour, now=now)
    take(raw("Encore là", subject=f"Re : {case.code.lower()}, {theirs.code} ABCD-EFGH"), town_hall(territory), now)
    [tie] = CaseLink.objects.all()
    assert (tie.other_id, tie.case.channel, tie.kind) == (case.pk, "email", "related")
    assert not Message.objects.filter(case=case).exists()


def test_an_address_of_next_door_opens_nothing_here(territory, neighbour, now):
    theirs = make_case(neighbour, now=now, contact=operations.Contact(email="lise@example.test"))
    with use(territory=neighbour):
        headers = {"References": f"<{answers.address_of(theirs)}>"}
    take(raw("Bonjour", headers=headers), town_hall(territory), now)
    assert Case.objects.get().pk != theirs.pk
    with use(territory=neighbour):
        assert not Message.objects.exists()


def test_an_address_dies_with_the_contact_and_with_time(territory, case, now):
    to = answers.address_of(case)
    Case.objects.filter(pk=case.pk).update(contact_email="autre@example.test")
    take(raw("Merci"), to, now)
    assert not Message.objects.filter(case=case).exists()
    Case.objects.filter(pk=case.pk).update(
        contact_email="lise@example.test", state="closed", closed_at=now - timedelta(days=500)
    )
    take(raw("Merci", message_id="<2@x.test>"), to, now)
    assert not Message.objects.filter(case=case).exists()


@pytest.mark.parametrize(
    ("given", "envelope_from"),
    [({"headers": {"Auto-Submitted": "auto-replied"}}, "a@b.test"), ({"headers": {"Precedence": "bulk"}}, "a@b.test"),
     ({"sender": "parvis@ici.test"}, "parvis@ici.test"), ({"sender": f"x@{DOMAIN}"}, "a@b.test"), ({}, "")],
)  # fmt: skip
def test_machines_and_ourselves_open_nothing_and_get_no_answer(territory, case, now, given, envelope_from):
    for number, to in enumerate((town_hall(territory), answers.address_of(case))):
        body = raw(message_id=f"<{number}@x.test>", **given)
        assert take(body, to, now, envelope_from) is Verdict.TAKEN
    assert Case.objects.count() == 1 and not Message.objects.exists()
    assert set(Arrival.objects.values_list("outcome", flat=True)) == {Outcome.IGNORED}
    run_queue()
    assert not Outgoing.objects.exists()


def test_a_flood_of_one_sender_has_to_wait(territory, now):
    for number in range(MOST_OF_ONE):
        assert take(raw(message_id=f"<{number}@x.test>"), town_hall(territory), now) is Verdict.TAKEN
    body = raw(message_id="<more@x.test>")
    assert take(body, town_hall(territory), now) is Verdict.LATER
    assert take(raw(message_id="<o@x.test>", sender="o@x.test"), town_hall(territory), now) is Verdict.TAKEN
    assert take(body, town_hall(territory), now + timedelta(hours=2)) is Verdict.TAKEN


def test_addresses_nobody_has(now, territory):
    assert take(raw(), f"nulle-part@{DOMAIN}", now) is Verdict.UNKNOWN
    assert take(raw(), f"re+aaaa@{DOMAIN}", now) is Verdict.UNKNOWN
    assert take(raw(), f"{territory.slug}@ailleurs.test", now) is Verdict.UNKNOWN
    with use(territory=None):
        assert inbound.is_known(town_hall(territory), now=now) and not inbound.is_known("x@y.test", now=now)


def test_the_town_halls_own_mailbox_can_be_handed_on(territory, now):
    territory.email = "info@ville.test"
    territory.save()
    assert take(raw(), "Info@Ville.test", now) is Verdict.TAKEN
    assert take(raw(to="Ville <info@ville.test>", message_id="<2@x.test>"), "", now) is Verdict.TAKEN
    assert Case.objects.count() == 2


def test_the_kind_is_the_settings_or_the_addresss(territory, now):
    take(raw(), town_hall(territory, "+issues"), now)
    take(raw(message_id="<2@x.test>"), town_hall(territory, "+rien"), now)
    change_settings("inbound", kind="issues")
    take(raw(message_id="<3@x.test>"), town_hall(territory), now)
    assert sorted(Case.objects.values_list("kind", flat=True)) == ["inbound", "issues", "issues"]


def test_a_town_that_wants_answers_only(territory, case, now):
    change_settings("inbound", opens_requests=False)
    assert take(raw(), town_hall(territory), now) is Verdict.REFUSED
    assert take(raw(), answers.address_of(case), now) is Verdict.TAKEN


def test_a_sender_nobody_can_answer_is_refused(territory, now):
    assert take(raw(sender="x"), town_hall(territory), now) is Verdict.REFUSED
    assert take(raw(sender="a@b"), town_hall(territory), now) is Verdict.REFUSED
    assert not Case.objects.exists() and not Arrival.objects.exists()


def test_a_very_long_text_is_cut_and_said_so(territory, now):
    take(raw("mot " * 20_000), town_hall(territory), now)
    assert len(Message.objects.get().text) <= 10_000 and Arrival.objects.get().is_cut
    run_queue()
    assert Outgoing.objects.count() == 1


def test_an_empty_message_and_too_many_files(territory, now):
    files = tuple((f"{n}.pdf", "application/pdf", PDF) for n in range(12))
    take(letter(" ", subject="Plans", files=files).as_bytes(), town_hall(territory), now)
    assert MessageFile.objects.count() == 10 and Arrival.objects.get().refused == ["10.pdf", "11.pdf"]
    take(letter(" ", subject="", message_id="<2@x.test>").as_bytes(), town_hall(territory), now)
    assert Message.objects.exclude(text="Plans").get().text


def test_what_came_back_is_noted_on_our_message(territory, case, now):
    operations.send_message(actor=inbound.Actor.system(territory.pk), case=case, text="Est-ce réglé ?", now=now)
    run_queue()
    mail = Outgoing.objects.get()
    assert mail.headers["References"] == f"<{answers.address_of(case)}>"
    with use(territory=None, scope=Scope.DELIVERY):
        Outgoing.objects.filter(pk=mail.pk).update(state=Sent.SENT, sent_at=now)
    assert take(report(mail.message_id), "parvis@ici.test", now, "") is Verdict.TAKEN
    mail.refresh_from_db()
    assert mail.state == Sent.FAILED and "550" in mail.error
    assert Arrival.objects.get().outcome == Outcome.BOUNCED and Case.objects.count() == 1
    assert take(report(mail.message_id), town_hall(territory), now, "") is Verdict.TAKEN
    assert take(report("<inconnu@ici.test>"), town_hall(territory), now, "") is Verdict.TAKEN
    assert Arrival.objects.count() == Case.objects.count() == 1


def test_an_answer_to_a_merged_request_goes_to_the_one_it_was_merged_into(territory, case, clerk, now):
    other = make_case(territory, now=now, kind="procedures")
    to = answers.address_of(case)
    operations.merge_cases(actor=clerk, case=case, into=other, now=now)
    take(raw("Merci"), to, now)
    assert Message.objects.filter(text="Merci").get().case_id == other.pk


def test_addresses_are_wiped_after_ninety_days_and_on_demand(territory, now):
    take(raw(), town_hall(territory), now)
    assert inbound.forget_senders(now=now + timedelta(days=80)) == 0
    person = PersonFactory(entered=[territory], email="lise@example.test")
    assert personal_data.export(person.pk)[0]["from"] == "lise@example.test"
    assert personal_data.erase(person.pk, now) == ()
    assert Arrival.objects.get().sender == ""
    assert take(raw(), town_hall(territory), now) is Verdict.REPEATED


def test_nothing_is_there_from_next_door(territory, neighbour, now):
    take(raw(), town_hall(territory), now)
    with use(territory=neighbour):
        assert not Arrival.objects.exists() and not Arrival._base_manager.exists()
