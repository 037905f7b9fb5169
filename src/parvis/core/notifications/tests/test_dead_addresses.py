"""From a message that comes back to a person who knows, and a clerk who sees it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from parvis.core.audit.models import Entry
from parvis.core.delivery import marks, sending, verdicts
from parvis.core.delivery.channels.protocol import Outcome, Result
from parvis.core.delivery.models import AddressMark, Outgoing, State
from parvis.core.delivery.operations import Message, enqueue, enqueue_mail
from parvis.core.delivery.queries import came_back, mark_of
from parvis.core.delivery.receipts import note_arrival, note_bounce, note_complaint, note_failure
from parvis.core.events.operations import Event
from parvis.core.identity.tests.factories import PersonFactory, resident_actor
from parvis.core.inbound.operations import Verdict, take_in
from parvis.core.inbound.tests.letters import report
from parvis.core.notifications import operations
from parvis.core.notifications.models import InboxMessage
from parvis.core.tasks.operations import Priority
from parvis.core.tenancy.context import use

pytestmark = pytest.mark.django_db
NOW = timezone.now()
MAIL = "monique@example.test"


@pytest.fixture(autouse=True)
def channels(settings):
    from parvis.core.delivery.tests.providers import Memory

    Memory.taken.clear()
    settings.DELIVERY_ADAPTERS = dict.fromkeys(["email", "sms"], "parvis.core.delivery.tests.providers.Memory")
    settings.DEFAULT_FROM_EMAIL = "parvis@ici.test"


@pytest.fixture
def monique(territory):
    return PersonFactory(name="Monique Roy", email=MAIL, phone="+18195550142", language="fr")


def left(person, channel="email", **given):
    """A message to somebody that has left."""
    address = MAIL if channel == "email" else person.phone
    key = enqueue(Message(channel=channel, address=address, subject="a", text="b", person_id=person.pk, **given))
    sending.Turn(channel, Priority.NORMAL).run([key])
    return look(key)


def look(key):
    with sending.in_outbox():
        return Outgoing.objects.get(pk=key)


def complaint(message_id, kind="abuse"):
    """A report of a reader who calls a message spam (RFC 5965)."""
    lines = [
        "From: fbl@provider.example.test", "To: parvis@ici.test", "Subject: FW: a", "MIME-Version: 1.0",
        "Message-ID: <arf@provider.example.test>",
        'Content-Type: multipart/report; report-type=feedback-report; boundary="b"', "",
        "--b", "Content-Type: text/plain", "", "An abuse report.", "",
        "--b", "Content-Type: message/feedback-report", "",
        f"Feedback-Type: {kind}", "User-Agent: Provider/1.0", "Version: 1", "",
        "--b", "Content-Type: message/rfc822", "", f"Message-ID: {message_id}", "Subject: a", "", "b", "--b--", "",
    ]  # fmt: skip
    return "\r\n".join(lines).encode()


def come_in(raw):
    return take_in(raw, recipient="parvis@ici.test", envelope_from="", now=NOW)


@pytest.mark.parametrize(
    ("detail", "reason"),
    [
        ("5.1.1 smtp; 550 5.1.1 no such user", "unknown"),
        ("550 nobody of that name", "unknown"),
        ("5.2.2 smtp; 552 5.2.2 mailbox full", "full"),
        ("452 4.2.2 over quota", "full"),
        ("552 Mailbox is full", "full"),
        ("5.7.1 smtp; 550 5.7.1 blocked as spam", None),
        ("5.3.4 message too big", None),
        ("4.4.1 no answer from host", None),
        ("554 transaction failed", None),
        ("failed", None),
    ],
)
def test_what_a_refusal_says_of_an_address(detail, reason):
    found = verdicts.of_mail(detail)
    assert (found.reason if found else None) == reason


def test_a_bounce_marks_the_address_and_the_person_hears_of_it_otherwise(monique, territory):
    row = left(monique)
    assert come_in(report(row.message_id)) is Verdict.TAKEN
    assert look(row.pk).state == State.FAILED
    assert mark_of("email", MAIL).reason == "unknown"
    assert operations.tell_of_marks(now=NOW) == 1
    assert operations.tell_of_marks(now=NOW) == 0
    [entry] = Entry.objects.filter(name="notifications.address_failed")
    operations.tell(Event.of(entry))
    operations.tell(Event.of(entry))
    assert "courriel" in InboxMessage.objects.get().subject or "e-mails" in InboxMessage.objects.get().subject
    # By text message, since no e-mail reaches her any more; nothing goes to the dead address.
    assert list(Outgoing.objects.exclude(pk=row.pk).values_list("channel", flat=True)) == ["sms"]
    [(seen, mark)] = came_back(now=NOW)
    assert (seen.pk, mark.status) == (row.pk, "5.1.1")


def test_the_same_report_twice_marks_once(monique):
    row = left(monique)
    for _ in range(2):
        come_in(report(row.message_id))
    assert AddressMark.objects.get().count == 1


def test_a_report_about_a_message_that_is_not_ours_marks_nothing(monique):
    left(monique)
    come_in(report("<0123456789abcdef0123456789abcdef@ici.test>"))
    assert not AddressMark.objects.exists()


def test_a_complaint_stops_every_mail_until_its_reader_takes_it_back(monique):
    row = left(monique)
    come_in(complaint(row.message_id, kind="not-spam"))
    assert not AddressMark.objects.exists()
    for _ in range(2):
        come_in(complaint(row.message_id))
    assert look(row.pk).state == State.SENT  # it did arrive
    assert (mark_of("email", MAIL).reason, mark_of("email", MAIL).until) == ("complaint", None)
    key = enqueue(Message(address=MAIL, subject="a", text="b"))
    assert look(key).state == State.FAILED


def test_a_full_mailbox_is_tried_again_after_a_day_then_two(monique):
    for number, days in enumerate((1, 2, 4)):
        now = NOW + timedelta(days=10 * number)
        row = left(monique) if number == 0 else None
        key = row.pk if row else enqueue(Message(address=MAIL, subject="a", text="b"), now=now)
        marks.mark("email", MAIL, verdicts.of_mail("552 5.2.2 mailbox full"), outgoing_id=key, now=now)
        assert mark_of("email", MAIL, now=now).until == now + timedelta(days=days)
        assert mark_of("email", MAIL, now=now + timedelta(days=days)) is None


def test_a_refusal_on_the_line_marks_too(monique, settings):
    settings.DELIVERY_ADAPTERS["email"] = "parvis.core.delivery.tests.providers.Refuses"
    row = left(monique)
    assert row.state == State.FAILED
    assert mark_of("email", MAIL).reason == "unknown"


def test_a_sign_in_code_leaves_all_the_same(monique):
    marks.mark("email", MAIL, verdicts.Verdict("unknown", ""), outgoing_id=monique.pk, now=NOW)
    key = enqueue_mail(MAIL, subject="123456", text="123456", language="fr", secret=True)
    assert look(key).state == State.QUEUED
    assert not AddressMark.objects.filter(digest__contains="monique").exists()


def test_who_mends_it_is_written_to_again(monique, territory, other_resident):
    marks.mark("email", MAIL, verdicts.Verdict("unknown", ""), outgoing_id=monique.pk, now=NOW)
    actor = resident_actor(territory, monique)
    assert operations.lift_marks(actor=actor, person_id=monique.pk, now=NOW) == 1
    assert look(enqueue(Message(address=MAIL, subject="a", text="b"))).state == State.QUEUED


def test_what_a_provider_says_later(monique):
    row = left(monique, "sms")
    with sending.in_outbox():
        Outgoing.objects.filter(pk=row.pk).update(reference="SM1")
    assert note_arrival("sms", "SM1", now=NOW) and note_arrival("sms", "SM1", now=NOW + timedelta(hours=1))
    assert look(row.pk).delivered_at == NOW
    assert not note_arrival("sms", "SM2", now=NOW) and not note_arrival("sms", "", now=NOW)
    assert note_failure("sms", "SM1", "30005 Unknown destination", now=NOW)
    assert not note_failure("sms", "SM1", "30005 Unknown destination", now=NOW)
    assert (look(row.pk).state, look(row.pk).delivered_at) == (State.FAILED, None)
    assert mark_of("sms", monique.phone).reason == "unknown"


def test_nothing_is_noted_without_a_message_id(territory):
    assert note_bounce("", "5.1.1", now=NOW) is None
    assert note_complaint("<x@y>", now=NOW) is None
    assert Result(territory.pk, Outcome.SENT).reference == ""


def test_the_neighbours_clerk_sees_no_address_of_ours(monique, territory, neighbour):
    row = left(monique)
    come_in(report(row.message_id))
    with use(territory=neighbour):
        assert came_back(now=NOW) == []
